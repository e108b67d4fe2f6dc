/** `kubectl config` does to seeded kubeconfigs what the real one does: what is printed, the exit code, and every file afterwards, byte for byte. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runOurs, runReal, type Ran } from '../conformance/programs'
import { realKubectl } from '../conformance/real-kubectl'
import { seeded, type Random } from '../seeded'

const found = realKubectl()
const COUNT = Number(process.env['CONFIGS'] ?? 120)
const TOGETHER = 3
const NAMES = ['day', 'night', 'kind-x', 'a b', 'user@example.com', 'prod']
const PEM = Buffer.from('not really a certificate\n').toString('base64')

/** A kubeconfig; entries lack fields, names repeat between files, contexts name what is not there. */
function document(r: Random): string {
  const some = <T>(most: number, make: () => T): T[] => Array.from({ length: r.below(most + 1) }, make)
  const unique = <T extends { name: string }>(list: T[]): T[] => list.filter((e, i) => list.findIndex(o => o.name === e.name) === i)
  const clusters = unique(some(3, () => ({ name: r.pick(NAMES), cluster: { server: `https://${r.pick(NAMES).replace(/\W/g, '')}.example.com:${r.below(9)}`, ...(r.below(3) === 0 ? { 'certificate-authority': r.pick(['ca.crt', '/abs/ca.crt', 'deep/ca.crt']) } : {}), ...(r.below(4) === 0 ? { 'certificate-authority-data': PEM } : {}), ...(r.below(4) === 0 ? { 'insecure-skip-tls-verify': r.below(2) === 0 } : {}), ...(r.below(5) === 0 ? { 'tls-server-name': 'x' } : {}), ...(r.below(6) === 0 ? { 'proxy-url': 'http://proxy:1' } : {}), ...(r.below(6) === 0 ? { 'disable-compression': true } : {}) } })))
  const users = unique(some(3, () => ({ name: r.pick(NAMES), user: { ...(r.below(2) === 0 ? { token: 'secret' } : {}), ...(r.below(3) === 0 ? { 'client-certificate': 'me.crt', 'client-key': 'me.key' } : {}), ...(r.below(4) === 0 ? { 'client-key-data': PEM, 'client-certificate-data': PEM } : {}), ...(r.below(4) === 0 ? { username: 'u', password: 'p' } : {}), ...(r.below(5) === 0 ? { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'login', args: ['a', 'b'], env: [{ name: 'A', value: 'b' }], interactiveMode: 'Never' } } : {}), ...(r.below(6) === 0 ? { 'auth-provider': { name: 'oidc', config: { 'client-id': 'x' } } } : {}), ...(r.below(6) === 0 ? { as: 'jane', 'as-groups': ['g'] } : {}) } })))
  const contexts = unique(some(4, () => ({ name: r.pick(NAMES), context: { cluster: r.pick(NAMES), user: r.pick(NAMES), ...(r.below(2) === 0 ? { namespace: r.pick(['default', 'shop', 'x']) } : {}) } })))
  return JSON.stringify({ apiVersion: 'v1', kind: 'Config', ...(r.below(4) > 0 ? { 'current-context': r.pick(NAMES) } : {}), clusters, users, contexts, ...(r.below(6) === 0 ? { preferences: {} } : {}) })
}

const LINES: readonly ((r: Random) => string[])[] = [
  r => ['view', ...r.pick([[], ['--raw'], ['--flatten'], ['--minify'], ['--minify', '--raw'], ['-o', 'json'], ['--raw', '-o', 'json'], ['-o', 'jsonpath={.contexts[*].name}'], ['--minify', '--context', r.pick(NAMES)]])],
  r => ['get-contexts', ...r.pick([[], ['-o', 'name'], ['--no-headers'], [r.pick(NAMES)], [r.pick(NAMES), r.pick(NAMES)]])],
  () => ['get-clusters'], () => ['get-users'], () => ['current-context'],
  r => ['use-context', r.pick(NAMES)],
  r => ['rename-context', r.pick(NAMES), r.pick(NAMES)],
  r => [r.pick(['delete-context', 'delete-cluster', 'delete-user']), r.pick(NAMES)],
  r => ['set-context', ...r.pick([['--current'], [r.pick(NAMES)]]), ...r.pick([[], ['--namespace=other'], ['--user=new', '--cluster=day'], ['--cluster=']])],
  r => ['set-cluster', r.pick(NAMES), ...r.pick([[], ['--server=https://new.example.com'], ['--insecure-skip-tls-verify=true'], ['--certificate-authority=ca.crt'], ['--certificate-authority=ca.crt', '--embed-certs=true'], ['--tls-server-name=y'], ['--proxy-url=http://p:2'], ['--embed-certs=true']])],
  r => ['set-credentials', r.pick(NAMES), ...r.pick([[], ['--token=new'], ['--username=a', '--password=b'], ['--client-certificate=me.crt', '--client-key=me.key'], ['--client-key=me.key', '--embed-certs=true'], ['--exec-command=go', '--exec-api-version=client.authentication.k8s.io/v1', '--exec-arg=x', '--exec-env=A=c'], ['--auth-provider=oidc', '--auth-provider-arg=client-id=y'], ['--token=x', '--username=y'], ['--exec-env=A-'], ['--auth-provider-arg=client-id-']])],
  r => ['set', ...r.pick([['current-context', 'night'], [`contexts.${r.pick(NAMES)}.namespace`, 'set'], [`clusters.${r.pick(NAMES)}.server`, 'https://set'], [`users.${r.pick(NAMES)}.token`, 'set'], ['clusters.day.insecure-skip-tls-verify', 'true'], ['clusters.day.insecure-skip-tls-verify', 'maybe'], ['clusters.day.certificate-authority-data', PEM], ['clusters.day.certificate-authority-data', '!'], ['a.b', 'c'], ['contexts', 'x'], ['users.day.username', 'x']])],
  r => ['unset', ...r.pick([['current-context'], [`contexts.${r.pick(NAMES)}`], [`contexts.${r.pick(NAMES)}.namespace`], [`users.${r.pick(NAMES)}.token`], ['clusters'], ['a.b'], [`clusters.${r.pick(NAMES)}.server`], ['users.day.exec']])],
]

interface Place {
  readonly folder: string
  readonly files: readonly string[]
}

describe.skipIf('missing' in found)(`kubectl config${'missing' in found ? `: ${found.missing}` : ''}`, () => {
  const root = mkdtempSync(join(tmpdir(), 'kubottle-kubeconfig-'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  function place(name: string, texts: readonly string[]): Place {
    const folder = join(root, name)
    mkdirSync(join(folder, 'deep'), { recursive: true })
    for (const file of ['ca.crt', 'me.crt', 'me.key', 'deep/ca.crt']) writeFileSync(join(folder, file), 'not really a certificate\n')
    texts.forEach((text, i) => writeFileSync(join(folder, `config${i}`), text))
    return { folder, files: texts.map((_, i) => `config${i}`) }
  }
  const left = ({ folder }: Place): object => Object.fromEntries(readdirSync(folder).filter(n => n.startsWith('config') || n.includes('lock')).map(n => [n, readFileSync(join(folder, n), 'utf8').replaceAll(folder, 'HERE')]))
  // Names in a Go map come in any order, and what it points to lies anywhere.
  const shown = ({ code, stdout, stderr }: Ran, { folder }: Place, line: readonly string[]): object => ({ code, stdout: (line[1] === 'get-clusters' ? stdout.split('\n').sort().join('\n') : stdout).replaceAll(folder, 'HERE'), stderr: stderr.replaceAll(folder, 'HERE').replace(/map\[.*\]/, 'MAP') })

  it(`${COUNT} lines`, { timeout: 1_200_000 }, async () => {
    const r = seeded(Number(process.env['SEED'] ?? 1))
    const cases = Array.from({ length: COUNT }, () => ({ texts: Array.from({ length: 1 + r.below(3) }, () => document(r)), line: ['config', ...r.pick(LINES)(r)], explicit: r.below(4) === 0 }))
    const wrong: object[] = []
    const next = cases.entries()
    await Promise.all(Array.from({ length: TOGETHER }, async () => {
      for (const [i, { texts, line, explicit }] of next) {
        const [theirs, mine] = [place(`${i}a`, texts), place(`${i}b`, texts)]
        const args = [...line, ...(explicit ? ['--kubeconfig', 'config0'] : [])]
        const env = { KUBERC: 'off', ...(explicit ? {} : { KUBECONFIG: theirs.files.join(':') }) }
        const real = await runReal((found as { path: string }).path, args, theirs.folder, env)
        const ours = await runOurs(args, mine.folder, env)
        const [a, b] = [{ ...shown(real, theirs, line), files: left(theirs) }, { ...shown(ours, mine, line), files: left(mine) }]
        if (JSON.stringify(a) !== JSON.stringify(b)) wrong.push({ line: args.join(' '), texts, real: a, ours: b })
      }
    }))
    if (process.env['REPORT'] !== undefined) writeFileSync(process.env['REPORT'], JSON.stringify(wrong, null, 1))
    expect(wrong).toEqual([])
  })
})
