/** Numbers that JavaScript's cannot hold: in files, and stored in custom resources, as the real kubectl prints them of the same server. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEndpoint, type Endpoint } from '../conformance/endpoint'
import { inParallel, runOurs, runReal } from '../conformance/programs'
import { realKubectl } from '../conformance/real-kubectl'
import { GIZMOS } from './stored'

const found = realKubectl()
const NUMBERS = ['0', '-0', '1', '-1', '1.0', '-0.0', '0.1', '1e6', '1E+2', '1e-7', '1.5e300', '1e21', '-1e21', '123456789012345678', '-123456789012345678', '9007199254740991', '9007199254740992', '9007199254740993', '9223372036854775807', '-9223372036854775808', '9223372036854775808', '18446744073709551615', '18446744073709551616', '100000000000000000000', '12345.678e-2', '0.000001', '0.0000001', '1000000.5', '16777217', '4.9e-324']
const inJson = `{"apiVersion": "example.com/v1", "kind": "Gizmo", "metadata": {"name": "NAME", "namespace": "default"}, "spec": {"n": 9007199254740993, "size": 1e6, "numbers": [${NUMBERS.join(', ')}], "map": {"big": 123456789012345678, "whole": 1.0}}}`
const inYaml = `apiVersion: example.com/v1
kind: Gizmo
metadata: {name: NAME, namespace: default}
spec:
  "n": 9007199254740995
  text: "9007199254740993"
  numbers:
${[...NUMBERS, '0x7fffffffffffffff', '0o17', '017', '1_000', '0b11', '+12', '.5', '1.'].map(n => `  - ${n}\n`).join('')}`
const OUTPUTS = ['json', 'yaml', 'kyaml', 'jsonpath={.spec}', 'jsonpath={.spec.numbers}', 'jsonpath={.spec.numbers[*]}', 'jsonpath={.spec.n} {.spec.numbers[13]}', 'jsonpath-as-json={.spec.numbers[*]}', 'jsonpath={.spec.numbers[?(@>100)]}', 'jsonpath={.spec.numbers[?(@==9007199254740993)]}', 'jsonpath={range .spec.numbers[10:20]}{@}{"\\n"}{end}', 'go-template={{.spec.numbers}}', 'go-template={{range .spec.numbers}}{{.}} {{printf "%v" .}}{{"\\n"}}{{end}}', 'go-template={{range .spec.numbers}}{{print .}} {{end}}', 'go-template={{eq .spec.n 9007199254740993}} {{lt .spec.n 5}}', 'go-template={{.spec}}']
/** What a fraction is that came from a file: known to those who read it alone. */
const COLUMNS = 'custom-columns=N:.spec.n,ALL:.spec.numbers,BIG:.spec.map.big'

describe.skipIf('missing' in found)(`numbers${'missing' in found ? `: ${found.missing}` : ''}`, () => {
  const program = 'path' in found ? found.path : ''
  let endpoint: Endpoint
  beforeAll(async () => {
    endpoint = await startEndpoint({ quiet: true })
    const client = endpoint.cluster.clientFor(endpoint.cluster.ownUser(undefined, [], 'test', undefined))
    await client.request({ method: 'POST', path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', body: JSON.stringify(GIZMOS), contentType: 'application/json' })
    await endpoint.cluster.settle()
    writeFileSync(join(endpoint.home, 'n.json'), inJson.replace('NAME', 'json'))
    writeFileSync(join(endpoint.home, 'n.yaml'), inYaml.replace('NAME', 'yaml'))
    writeFileSync(join(endpoint.home, 'm.json'), inJson.replace('NAME', 'ours').replaceAll('9007199254740993', '9007199254740997'))
  }, 60_000)
  afterAll(() => endpoint.close())

  const same = async (lines: readonly (readonly string[])[], atOnce = 2): Promise<void> => {
    const all = await inParallel(lines, atOnce, async line => {
      const args = ['--kubeconfig', join(endpoint.home, 'config'), ...line]
      return { line, real: await runReal(program, args, endpoint.home), ours: await runOurs(args, endpoint.home) }
    })
    const different = all.filter(({ real, ours }) => JSON.stringify(real) !== JSON.stringify(ours))
    expect(different.map(({ line, ours }) => ({ line, ...ours }))).toEqual(different.map(({ line, real }) => ({ line, ...real })))
    expect(all.filter(({ real }) => real.code === 0).length).toBeGreaterThan(lines.length / 2)
  }

  it('of files keep their digits and their kind', { timeout: 60_000 }, () => same(['n.json', 'n.yaml'].flatMap(file => OUTPUTS.map(output => ['label', '--local', '-f', file, 'a=b', '-o', output]))))
  it('are stored with all their digits, changed and printed', { timeout: 60_000 }, async () => {
    const run = async (...line: string[]): Promise<string> => {
      const { code, stdout, stderr } = await runOurs(['--kubeconfig', join(endpoint.home, 'config'), ...line], endpoint.home)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      return stdout
    }
    await run('apply', '-f', 'n.json', '-f', 'n.yaml')
    await run('apply', '-f', 'm.json', '--server-side')
    await run('patch', 'gizmo', 'ours', '--type=merge', '-p', '{"spec":{"patched":123456789012345679,"map":{"big":-9223372036854775807}}}')
    await run('patch', 'gizmo', 'yaml', '--type=json', '-p', '[{"op":"add","path":"/spec/added","value":9223372036854775806}]')
    expect(await run('get', 'gizmos', 'ours', 'yaml', '-o', 'jsonpath={.items[*].spec.n} {.items[0].spec.patched} {.items[0].spec.map.big} {.items[1].spec.added}')).toBe('9007199254740997 9007199254740995 123456789012345679 -9223372036854775807 9223372036854775806')
    expect(await run('apply', '-f', 'n.json')).toBe('gizmo.example.com/json unchanged\n')
    await same([...OUTPUTS, COLUMNS].flatMap(output => ['json', 'yaml', 'ours'].map(name => ['get', 'gizmo', name, '-o', output])).concat([['get', 'gizmos'], ['get', 'gizmos', '--sort-by=.spec.n'], ['get', 'gizmos', '--sort-by=.spec.n', '-o', 'name'], ['get', 'gizmos', '-o', COLUMNS], ['get', '--raw', '/apis/example.com/v1/namespaces/default/gizmos/ours'], ['describe', 'gizmo', 'ours']]))
  })
})
