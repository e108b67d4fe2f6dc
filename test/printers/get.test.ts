/** Tables, custom columns and sorting by `kubectl get`, as the real kubectl prints them of the same server. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEndpoint, type Endpoint } from '../conformance/endpoint'
import { inParallel, runOurs, runReal } from '../conformance/programs'
import { realKubectl } from '../conformance/real-kubectl'
import { randomColumns, randomGet } from './get-lines'
import { Dice } from './random'
import { gizmo, GIZMOS, manifests, thing, THINGS } from './stored'

const SEED = Number(process.env['SEED'] ?? 1)
const COUNT = Number(process.env['COUNT'] ?? 200)
const found = realKubectl()

describe.skipIf('missing' in found)(`get${'missing' in found ? `: ${found.missing}` : ''}`, () => {
  const program = 'path' in found ? found.path : ''
  const dice = new Dice(SEED)
  let endpoint: Endpoint
  beforeAll(async () => {
    endpoint = await startEndpoint({ quiet: true })
    const client = endpoint.cluster.clientFor(endpoint.cluster.ownUser(undefined, [], 'test', undefined))
    const post = async (path: string, body: unknown): Promise<void> => {
      const { code, body: told } = await client.request({ method: 'POST', path, body: JSON.stringify(body), contentType: 'application/json' })
      if (code >= 300) throw new Error(`${path}: ${told}`)
    }
    await post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', GIZMOS)
    await post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', THINGS)
    // It is served once it is established.
    await endpoint.cluster.settle()
    for (let i = 0; i < 30; i++) await post('/apis/example.com/v1/namespaces/default/gizmos', gizmo(dice, `gizmo-${i}`))
    for (let i = 0; i < 12; i++) await client.request({ method: 'POST', path: '/apis/x.example.com/v1/namespaces/default/things', body: thing(dice, `thing-${i}`), contentType: 'application/json' })
    for (const { path, body } of manifests(dice)) await post(path, body)
  }, 60_000)
  afterAll(() => endpoint.close())

  async function compare(lines: readonly (readonly string[])[]): Promise<void> {
    const results = await inParallel(lines, 2, async line => {
      const args = ['--kubeconfig', join(endpoint.home, 'config'), 'get', ...line]
      const [real, ours] = [await runReal(program, args, endpoint.home), await runOurs(args, endpoint.home)]
      return { real: { line, ...withoutAges(real) }, ours: { line, ...withoutAges(ours) } }
    })
    expect(results.length).toBe(lines.length)
    expect(results.filter(r => r.real.code === 0).length).toBeGreaterThan(lines.length / 4)
    const different = results.filter(({ real, ours }) => real.code !== ours.code || real.stdout !== ours.stdout || real.stderr !== ours.stderr)
    expect(different.map(r => r.ours)).toEqual(different.map(r => r.real))
  }

  it('custom columns', { timeout: 120_000 }, async () => {
    await compare(Array.from({ length: COUNT }, () => randomColumns(dice)))
  })
  it('custom columns of a file', { timeout: 60_000 }, async () => {
    const files = ['A B\n.metadata.name .spec.n\n', 'A\n.metadata.name\n', 'A B\n.metadata.name', '', 'A\n', 'NAME    NODE\n{.metadata.name}   {spec.n}\nmore\n', 'A B\n.metadata.name .spec.tags[*]', '\n\n', 'A\n{.x\n', 'A\n{.metadata.name} .y\n']
    files.forEach((text, i) => writeFileSync(join(endpoint.home, `columns-${i}`), text))
    await compare([...files.map((_, i) => ['gizmos', '-o', `custom-columns-file=columns-${i}`]), ['gizmos', '-o', 'custom-columns-file=absent'], ['gizmos', '-o', 'custom-columns-file'], ['gizmos', '-o', 'custom-columns-file='], ['gizmos', '-o', 'custom-columns'], ['gizmos', '-o', 'custom-columns-file=columns-0', '--no-headers'], ['gizmos', '-o', 'custom-columns-file', '--template', 'columns-1']])
  })
  it('columns of every type, and templates of files', { timeout: 60_000 }, async () => {
    writeFileSync(join(endpoint.home, 'path.txt'), '{.metadata.name}{"\\n"}{.spec}\n')
    writeFileSync(join(endpoint.home, 'template.txt'), '{{.metadata.name}}: {{range $k, $v := .spec}}{{$k}}={{$v}}{{end}}\n')
    const files = ['jsonpath-file=path.txt', 'go-template-file=template.txt', 'templatefile=template.txt', 'template=template.txt', 'jsonpath-file=absent', 'go-template-file=absent', 'jsonpath-file', 'go-template-file', 'templatefile=', 'JSON', 'yaml=x', 'wide=x']
    await compare([
      ...['count', 'size', 'when', 'mixed', 'on', 'text', 'missing', 'ratio', 'list[0]', 'map'].map(field => ['things', `--sort-by=.spec.${field}`]),
      ...[[], ['-o', 'wide'], ['--show-labels', '-L', 'n'], ['-o', 'wide', '--no-headers'], ['--server-print=false', '--show-labels'], ['-A', '-o', 'wide']].flatMap(flags => [['things', ...flags], ['things,configmaps', ...flags], ['th/thing-1', 'cm', ...flags]]),
      ...files.flatMap(output => [['things', '-o', output], ['thing/thing-2', '-o', output]]),
      ...[['go-template-file', 'template.txt'], ['jsonpath-file', 'path.txt'], ['template', '{{.kind}}'], ['', '{{.kind}}'], ['jsonpath', '{.kind}']].map(([output = '', template = '']) => ['thing/thing-3', '-o', output, '--template', template]),
    ])
  })
  it('tables, wide, labels, sorted', { timeout: 120_000 }, async () => {
    await compare(Array.from({ length: COUNT }, () => randomGet(dice)))
  })
})

/** Two programs look at different instants. */
const withoutAges = <T extends { readonly stdout: string; readonly stderr: string }>(ran: T): T => ({ ...ran, stderr: ran.stderr.replace(/^F\d{4} \S+ +\d+ /gm, 'F'), stdout: ran.stdout.replace(/(?<=\s)(\d+s|<unknown>|\d+m\d*s?)(?= *$| {2,})/gm, age => 'AGE'.padEnd(age.length)) })
