import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomeOf } from '../errors'
import { createRestMapper } from '../rest-mapper'
import { memoryStreams } from '../streams.testing'
import { createResourceBuilder } from './builder'
import type { ResourceQuery } from './query'

const mapper = createRestMapper([{ items: [{ metadata: { name: '' }, versions: [{ version: 'v1', resources: [
  { resource: 'configmaps', responseKind: { kind: 'ConfigMap' }, scope: 'Namespaced', singularResource: 'configmap' },
  { resource: 'namespaces', responseKind: { kind: 'Namespace' }, scope: 'Cluster', singularResource: 'namespace' },
] }] }] }])
let folder: string
const cm = (name: string, more = ''): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubottle-files-'))
  mkdirSync(join(folder, 'dir/sub'), { recursive: true })
  const files: Record<string, string> = {
    'one.yaml': cm('one'), 'two.yaml': `${cm('a')}---\n# nothing\n---\n${cm('b')}`, 'dir/b.yml': cm('dir-b'), 'dir/a.json': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"dir-a"}}',
    'dir/readme.txt': 'no', 'dir/sub/c.yaml': cm('sub-c'), 'list.yaml': 'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: l1}}\n- {apiVersion: v1, kind: Namespace, metadata: {name: l2}}\n',
    'typed.yaml': 'apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: t1}\n', 'tab.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: tabs\n', 'nokind.yaml': 'apiVersion: v1\nmetadata: {name: x}\n',
    'neither.yaml': 'metadata: {name: x}\n', 'old.yaml': 'apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: old}\n', 'comma.json': '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "json"}, "data": {"a": "1",}}',
    'two.json': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"j1"}}\n{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"j2"}}', 'other.yaml': cm('other', '  namespace: elsewhere\n'),
    'labels.yaml': cm('labels', '  labels: {owner: yes}\n'), 'mixed.yaml': `${cm('good')}---\napiVersion: v1\nkind: Unknown\nmetadata: {name: u}\n---\n${cm('after')}`, 'separator.yaml': '--- foo\na: b\n', 'empty.yaml': '\n# only a comment\n',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  writeFileSync(join(folder, 'utf16.yaml'), Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(cm('wide'), 'utf16le')]))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function read(query: Partial<ResourceQuery>, stdin = ''): Promise<{ names: string[]; error: string }> {
  const builder = createResourceBuilder({ io: memoryStreams({ cwd: folder, stdin }), clock: { now: () => 0 } as never, client: () => Promise.reject(new Error('no client')), mapper: async () => mapper })
  const names: string[] = []
  try {
    await builder.forEach({ namespace: 'ns', ...query }, async info => void names.push(`${info.source}:${info.namespace}/${info.resource.plural}/${info.name}`))
    return { names, error: '' }
  } catch (error) {
    return { names, error: outcomeOf(error, false).text }
  }
}

describe('files of manifests', () => {
  it.each([
    [['one.yaml'], ['one.yaml:ns/configmaps/one']],
    [['two.yaml'], ['two.yaml:ns/configmaps/a', 'two.yaml:ns/configmaps/b']],
    [['dir'], ['dir/a.json:ns/configmaps/dir-a', 'dir/b.yml:ns/configmaps/dir-b']],
    [['list.yaml'], ['list.yaml:ns/configmaps/l1', 'list.yaml:/namespaces/l2']],
    [['typed.yaml'], ['typed.yaml:ns/configmaps/t1']],
    [['comma.json'], ['comma.json:ns/configmaps/json']],
    [['two.json'], ['two.json:ns/configmaps/j1', 'two.json:ns/configmaps/j2']],
    [['other.yaml'], ['other.yaml:elsewhere/configmaps/other']],
    [['utf16.yaml'], ['utf16.yaml:ns/configmaps/wide']],
    [['o*.yaml'], ['old.yaml', 'one.yaml:ns/configmaps/one', 'other.yaml:elsewhere/configmaps/other']],
    [['empty.yaml'], []],
  ])('%j', async (filenames, names) => {
    const answer = await read({ filenames })
    expect(answer.names).toEqual(names.filter(n => n.includes(':')))
  })

  it('goes into subfolders with -R, and reads stdin', async () => {
    expect((await read({ filenames: ['dir'], recursive: true })).names).toEqual(['dir/a.json:ns/configmaps/dir-a', 'dir/b.yml:ns/configmaps/dir-b', 'dir/sub/c.yaml:ns/configmaps/sub-c'])
    expect((await read({ filenames: ['-'] }, cm('piped'))).names).toEqual(['STDIN:ns/configmaps/piped'])
  })

  it.each([
    ['tab.yaml', 'error: error parsing tab.yaml: error converting YAML to JSON: yaml: line 4: found character that cannot start any token\n'],
    ['nokind.yaml', 'error: error validating "nokind.yaml": error validating data: kind not set; if you choose to ignore these errors, turn validation off with --validate=false\n'],
    ['neither.yaml', 'error: error validating "neither.yaml": error validating data: [apiVersion not set, kind not set]; if you choose to ignore these errors, turn validation off with --validate=false\n'],
    ['old.yaml', 'error: resource mapping not found for name: "old" namespace: "" from "old.yaml": no matches for kind "Deployment" in version "extensions/v1beta1"\nensure CRDs are installed first\n'],
    ['labels.yaml', 'error: unable to decode "labels.yaml": json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string\n'],
    ['missing.yaml', 'error: the path "missing.yaml" does not exist\n'],
    ['separator.yaml', 'error: error parsing separator.yaml: invalid Yaml document separator: foo\n'],
    ['https://example.com/x.yaml', 'error: unable to read URL "https://example.com/x.yaml": kubottle works offline; download the file and pass its path\n'],
  ])('%s', async (file, error) => {
    expect(await read({ filenames: [file] })).toEqual({ names: [], error })
  })

  it('goes on after an object that cannot be mapped, and after a file that cannot be read', async () => {
    const { names, error } = await read({ filenames: ['mixed.yaml', 'tab.yaml', 'one.yaml'] })
    expect(names).toEqual(['mixed.yaml:ns/configmaps/good', 'mixed.yaml:ns/configmaps/after', 'one.yaml:ns/configmaps/one'])
    expect(error.split('\n')).toHaveLength(4)
  })

  it('insists on the namespace that was given', async () => {
    expect((await read({ filenames: ['other.yaml'], enforceNamespace: true })).error)
      .toBe(`error: the namespace from the provided object "elsewhere" does not match the namespace "ns". You must pass '--namespace=elsewhere' to perform this operation.\n`)
  })

  it('without validation, complains as the decoder does', async () => {
    expect((await read({ filenames: ['nokind.yaml'], validate: false })).error).toBe(`error: unable to decode "nokind.yaml": Object 'Kind' is missing in '{"apiVersion":"v1","metadata":{"name":"x"}}'\n`)
    expect((await read({ filenames: ['-'] }, 'just some words')).error).toContain('error validating "STDIN": error validating data: invalid object to validate;')
  })
})
