import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GlobalFlags } from '../flags/types.gen'
import { kubectlCommand } from '../flags/definition'
import { parseFlags } from '../flags/parse'
import { memoryStreams } from '../streams.testing'
import { openKubeconfig } from './files'
import { entriesOf, resolveNamespace, resolveTarget } from './resolve'

let home: string
beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'kubottle-config-'))))
afterEach(() => rmSync(home, { recursive: true, force: true }))

const io = (kubeconfig?: string) => memoryStreams({ cwd: home, env: { HOME: home, ...(kubeconfig === undefined ? {} : { KUBECONFIG: kubeconfig }) } })
const flags = (line = ''): GlobalFlags => parseFlags(kubectlCommand('get') as never, line.split(' ').filter(w => w !== '')).flags as unknown as GlobalFlags
const namespaceOf = (...args: Parameters<typeof entriesOf>) => resolveNamespace(...args, entriesOf(...args))
const write = (name: string, text: string): string => {
  writeFileSync(join(home, name), text)
  return join(home, name)
}
const context = (name: string, server: string, namespace = ''): string =>
  `apiVersion: v1\nkind: Config\ncurrent-context: ${name}\nclusters:\n- {name: ${name}-c, cluster: {server: "${server}"}}\nusers:\n- {name: ${name}-u, user: {token: secret}}\ncontexts:\n- {name: ${name}, context: {cluster: ${name}-c, user: ${name}-u, namespace: "${namespace}"}}\n`

describe('kubeconfig files', () => {
  it('without any, means the default cluster file', () => {
    const { target, contextName } = resolveTarget(io(), flags())
    expect(target).toMatchObject({ kind: 'file', path: join(home, '.kubottle/default.db'), create: true, identity: { user: 'kubernetes-admin', groups: ['system:masters'] } })
    expect({ namespace: namespaceOf(io(), flags()), contextName }).toEqual({ namespace: { name: 'default', explicit: false }, contextName: 'kubernetes-admin@kubernetes' })
  })

  it('never looks at ~/.kube/config', () => {
    mkdirSync(join(home, '.kube'))
    write('.kube/config', context('real', 'https://real.example.com'))
    expect(resolveTarget(io(), flags()).target.kind).toBe('file')
    expect([...openKubeconfig(io(), '').starting().contexts.keys()]).toEqual(['kubernetes-admin@kubernetes'])
  })

  it('speaks to a server only when a file that the user named says so', () => {
    const named = write('named', context('prod', 'https://prod.example.com:6443', 'shop'))
    expect(resolveTarget(io(named), flags())).toMatchObject({ target: { kind: 'server', url: 'https://prod.example.com:6443', identity: { token: 'secret' } } })
    expect(namespaceOf(io(named), flags())).toEqual({ name: 'shop', explicit: false })
    expect(resolveTarget(io(), flags(`--kubeconfig=${named} -n other`))).toMatchObject({ target: { kind: 'server' } })
    expect(namespaceOf(io(), flags(`--kubeconfig=${named} -n other`))).toEqual({ name: 'other', explicit: true })
    mkdirSync(join(home, '.kubottle'))
    write('.kubottle/config', context('prod', 'https://prod.example.com:6443'))
    expect(() => resolveTarget(io(), flags())).toThrow('no kubeconfig was named')
  })

  it('merges several, the first of a name winning', () => {
    const a = write('a', context('a', 'kubottle:///a.db'))
    const b = write('b', context('b', 'kubottle:///b.db') + '- {name: a, context: {cluster: x}}\n')
    const config = openKubeconfig(io(`${a}:${join(home, 'missing')}:${b}`), '').starting()
    expect([...config.contexts.keys()].sort()).toEqual(['a', 'b'])
    expect(config.currentContext).toBe('a')
    expect(config.contexts.get('a')).toMatchObject({ cluster: 'a-c' })
    expect(resolveTarget(io(`${a}:${b}`), flags('--context=b')).target).toMatchObject({ kind: 'file', path: '/b.db', create: false })
  })

  it('writes each entry to the file that it came from, new ones to the first', () => {
    const [a, b] = [write('a', context('a', 'kubottle:///a.db')), write('b', context('b', 'kubottle:///b.db'))]
    const access = openKubeconfig(io(`${a}:${b}`), '')
    const config = access.starting()
    config.contexts.set('b', { ...config.contexts.get('b'), namespace: 'changed' })
    config.contexts.set('new', { cluster: 'a-c' })
    config.users.delete('a-u')
    access.write(config)
    expect(readFileSync(b, 'utf8')).toContain('namespace: changed')
    expect(readFileSync(b, 'utf8')).not.toContain('name: new')
    expect(readFileSync(a, 'utf8')).toContain('name: new')
    expect(readFileSync(a, 'utf8')).not.toContain('a-u\n  user')
  })

  it('makes the file that KUBECONFIG names when something is first changed', () => {
    const file = join(home, 'deep/config')
    const access = openKubeconfig(io(file), '')
    const config = access.starting()
    config.contexts.set('kubernetes-admin@kubernetes', { ...config.contexts.get('kubernetes-admin@kubernetes'), namespace: 'dev' })
    access.write(config)
    expect(existsSync(file)).toBe(true)
    expect(resolveTarget(io(file), flags())).toMatchObject({ target: { kind: 'file', path: join(home, '.kubottle/default.db') } })
    expect(namespaceOf(io(file), flags()).name).toBe('dev')
  })

  it('tells what is wrong in one sentence', () => {
    expect(() => resolveTarget(io(), flags('--kubeconfig=/nonexistent'))).toThrow('stat /nonexistent: no such file or directory')
    expect(() => resolveTarget(io(), flags('--context=nope'))).toThrow('context "nope" does not exist')
    const broken = write('broken', 'a: [1\n')
    expect(() => openKubeconfig(io(broken), '').starting()).toThrow(`error loading config file "${broken}": error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'`)
    const bare = write('bare', 'contexts:\n- {name: x, context: {cluster: none}}\ncurrent-context: x\n')
    expect(() => resolveTarget(io(bare), flags())).toThrow('no server found for cluster "none"')
  })

  it('takes impersonation from flags', () => {
    expect(resolveTarget(io(), flags('--as=jane --as-group=a --as-group=b')).target.identity.impersonate).toMatchObject({ user: 'jane', groups: ['a', 'b'] })
    expect(() => resolveTarget(io(), flags('--as-group=a'))).toThrow('requesting uid, groups or user-extra')
  })
})
