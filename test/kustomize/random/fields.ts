/** Random fields of a kustomization, and the files that they speak of. */
import type { Draw } from './draw'
import { LABEL_KEYS, NAMES, VALUES } from './draw'
import { container, podSpec, workload } from './objects'

export type Fields = Record<string, unknown>
/** Adds a file to the layer's folder; gives its name. */
export type AddFile = (name: string, text: string) => string

const KINDS = ['Deployment', 'StatefulSet', 'Service', 'ConfigMap', 'Secret', 'Foo', 'Ingress', 'Pod', 'Job', 'CronJob', 'Role', 'RoleBinding'] as const

export function selector(d: Draw): Fields {
  if (d.chance(0.5)) {
    const { kind, name } = d.known()
    return { ...d.maybe(0.9, () => ({ kind })), ...d.maybe(0.6, () => ({ name })) }
  }
  return {
    ...d.maybe(0.7, () => ({ kind: d.pick([...KINDS, 'Deployment', 'Deployment', 'Dep.*', '.*Set', 'Deployment|StatefulSet']) })), ...d.maybe(0.3, () => ({ name: d.pick([...NAMES, 'we', 'w.*', '.*', '^web$', '[wd].+', '(']) })),
    ...d.maybe(0.1, () => ({ group: d.pick(['apps', 'ap.*', 'batch']) })), ...d.maybe(0.1, () => ({ version: d.pick(['v1', 'v.*']) })), ...d.maybe(0.1, () => ({ namespace: d.pick(['one', 'default', 'o.*']) })),
    ...d.maybe(0.12, () => ({ labelSelector: d.pick(['app', 'app=1', 'app in (1,plain)', '!app', 'app notin (x), tier', 'app==', 'a b', 'tier!=x']) })), ...d.maybe(0.08, () => ({ annotationSelector: d.pick(['note', 'note=plain', '!note']) })),
  }
}

// ── Patches ─────────────────────────────────────────────────────────────────

const JSON_VALUES: readonly unknown[] = [1, 2.5, 'x', true, null, [1], { a: null }, '1', 'a: b', 12345678, {}, [], 'multi\nline']

function operation(d: Draw): Fields {
  const path = d.pick(['/metadata/labels/app', '/metadata/labels/a.b~1c', '/metadata/annotations', '/spec/replicas', '/spec/added', '/spec/template/spec/containers/0/image', '/spec/template/spec/containers/-', '/spec/template/spec/containers/1', '/metadata/name', '/data/k', '/data/new', '/spec/ports/0/port', '/metadata/labels', '/kind', '/spec/list/0/name', '/spec/list/-'])
  const op = d.pick(['add', 'add', 'add', 'replace', 'replace', 'remove', 'test', 'copy', 'move'])
  if (op === 'remove') return { op, path }
  if (op === 'copy' || op === 'move') return { op, path, from: d.pick(['/metadata/name', '/metadata/labels', '/spec/replicas']) }
  return { op, path, value: path === '/metadata/name' || path === '/kind' ? 'renamed' : d.pick(JSON_VALUES) }
}
export function jsonPatch(d: Draw): string {
  const safe = ['/metadata/annotations', '/metadata/labels', '/added']
  const operations = d.many(1, 3, () => (d.chance(0.8) ? { op: 'add', path: d.pick(safe), value: d.chance(0.8) ? { z: 'y' } : d.pick(JSON_VALUES) } : operation(d)))
  if (d.chance(0.5)) return JSON.stringify(operations)
  return operations.map(o => `- ${Object.entries(o).map(([k, v]) => `${k}: ${JSON.stringify(v)}`).join('\n  ')}`).join('\n')
}

const directive = (d: Draw): Fields => d.maybe(0.3, () => ({ $patch: d.pick(['delete', 'replace', 'merge', 'replace', 'delete', 'bogus']) })) as Fields

/** A part of an object with lists that merge, nulls and directives. */
function strategicBody(d: Draw, kind: string): Fields {
  const pod = (): Fields => d.pick<() => Fields>([
    () => podSpec(d),
    () => ({ containers: d.many(1, 2, () => ({ ...container(d, d.pick(['a', 'b', 'new'])), ...directive(d) })) }),
    () => ({ containers: [{ name: 'a', env: [{ name: d.pick(['A', 'B', 'N']), ...d.pick<Fields>([{ value: 'new' }, { $patch: 'delete' }, { value: null, valueFrom: { fieldRef: { fieldPath: 'x' } } }]) }], ports: [{ containerPort: 80, protocol: d.pick(['UDP', 'TCP']), name: 'n' }] }] }),
    () => ({ containers: [{ $patch: 'replace' }, { name: 'only', image: 'x' }] }),
    () => ({ volumes: [{ name: 'v', ...d.pick<Fields>([{ $patch: 'delete' }, { emptyDir: null, hostPath: { path: '/' } }]) }, { name: 'new', emptyDir: {} }] }),
    () => ({ initContainers: null, nodeSelector: { a: null, n: 'x' } }),
    () => ({ $patch: d.pick(['replace', 'delete']), containers: [{ name: 'z' }] }),
    () => ({ containers: [{ image: 'no-name' }], topologySpreadConstraints: [{ topologyKey: 'h', whenUnsatisfiable: 'DoNotSchedule', maxSkew: 5 }] }),
  ])()
  switch (kind) {
    case 'Service': return { spec: { ports: d.many(0, 2, () => ({ port: d.pick([80, 443, 90]), ...d.maybe(0.4, () => ({ protocol: 'TCP' })), ...d.maybe(0.3, () => ({ name: 'n' })), ...d.maybe(0.15, () => directive(d)) })), ...d.maybe(0.2, () => ({ selector: d.pick([null, { $patch: 'replace', q: 'r' }]) })) } }
    case 'ConfigMap': return { data: d.pick<unknown>([{ k: null, n: 'v' }, { $patch: 'replace', only: 'x' }, null, { 'app.yaml': 'x: y\n' }]) }
    case 'Foo': return { spec: d.pick<Fields>([{ list: [{ name: 'b' }] }, { list: [{ name: 'a', v: 1 }], n: null }, { containers: [{ name: 'q', x: 1 }] }, { text: ['list'] }]) }
    case 'Ingress': return { spec: { rules: [{ host: 'new' }], tls: null } }
    case 'Pod': return { spec: pod() }
    case 'CronJob': return { spec: { jobTemplate: { spec: { template: { spec: pod() } } } } }
    default: return { spec: { ...d.maybe(0.3, () => ({ replicas: d.pick([3, null, '3']) })), template: { ...d.maybe(0.2, () => ({ metadata: { labels: d.pick<unknown>([null, d.map(['app', 'p']), { app: null }]) } })), spec: pod() } } }
  }
}

export function strategicPatch(d: Draw): string {
  const { apiVersion, kind, name } = d.known(d.chance(0.7) ? KINDS : [])
  const head = { apiVersion, kind, metadata: { name, ...d.maybe(0.15, () => ({ namespace: d.pick(['one', 'default']) })), ...d.maybe(0.2, () => ({ labels: d.pick<unknown>([null, { app: null, n: 'x' }, d.map(LABEL_KEYS)]) })), ...d.maybe(0.15, () => ({ annotations: d.map(['note', 'n']) })) } }
  const body = d.chance(0.08) ? { $patch: d.pick(['delete', 'replace']) } : strategicBody(d, kind)
  return JSON.stringify({ ...head, ...(d.chance(0.1) ? workload(d, kind, name) : {}), ...body })
}

export function patch(d: Draw, add: AddFile): Fields {
  const isJson = d.chance(0.4)
  const text = isJson ? jsonPatch(d) : d.chance(0.03) ? `${strategicPatch(d)}\n---\n${strategicPatch(d)}` : strategicPatch(d)
  return {
    ...(d.chance(0.75) ? { patch: text } : { path: add(d.pick(['p.yaml', 'sub/p.json', 'q.yaml']), text) }),
    ...(d.chance(isJson ? 0.95 : 0.6) ? { target: selector(d) } : {}),
    ...d.maybe(0.2, () => ({ options: { ...d.maybe(0.6, () => ({ allowNameChange: d.chance(0.8) })), ...d.maybe(0.6, () => ({ allowKindChange: d.chance(0.8) })) } })),
  }
}

// ── Generators ──────────────────────────────────────────────────────────────

const ENV_FILE = ['A=1\nB=two words\n# c\n\n  C = 3\nD\n', 'X="q"\r\nY=\n', '=v\n', '\ufeffZ=1\nZ2=a=b']

/** A new one, or one that is there to be merged into. */
function named(d: Draw, behaviors: readonly string[]): Fields {
  const there = d.world.filter(o => o.kind === 'Generated')
  if (behaviors.length > 0 && there.length > 0 && d.chance(0.6)) return { name: d.pick(there).name, behavior: d.pick([...behaviors, ...behaviors, ...behaviors, 'create']) }
  const name = d.pick(['cfg', 'sec', 'gen', 'gen2', 'web'])
  d.world.push({ apiVersion: 'v1', kind: 'Generated', name })
  return { name, ...d.maybe(0.05, () => ({ behavior: d.pick(['merge', 'replace', 'create', 'bogus']) })) }
}

export function generator(d: Draw, add: AddFile, behaviors: readonly string[]): Fields {
  return {
    ...named(d, behaviors), ...d.maybe(0.15, () => ({ namespace: d.pick(['one', 'default']) })),
    ...d.maybe(0.7, () => ({ literals: d.some(['k=v', 'l=1', 'm=x y', 'n="q"', "o='a'", 'p=a=b', 'q=', 'r=multi\nline', 's= lead', 't="', 'u.v=ü', 'bad', '=x', 'k=again'].slice(0, d.chance(0.06) ? 14 : 11), 0.3) })),
    ...d.maybe(0.3, () => ({ files: d.some([add('f.txt', d.pick(VALUES)), `renamed=${add('g.bin', 'bytes\u0001')}`, add('app.properties', 'a=b\nc=d\n')], 0.5) })), ...d.maybe(0.2, () => ({ envs: [add('e.env', d.pick(ENV_FILE))] })), ...d.maybe(0.05, () => ({ env: add('one.env', 'ONE=1') })),
    ...d.maybe(0.3, () => ({ options: { ...d.maybe(0.5, () => ({ disableNameSuffixHash: d.chance(0.8) })), ...d.maybe(0.4, () => ({ labels: d.map(['g', 'app']) })), ...d.maybe(0.3, () => ({ annotations: d.map(['ga']) })), ...d.maybe(0.3, () => ({ immutable: d.chance(0.8) })) } })),
  }
}

// ── Replacements ────────────────────────────────────────────────────────────

const PATHS = ['metadata.name', 'metadata.namespace', 'metadata.labels.app', 'metadata.annotations.[x/y]', 'metadata.annotations.note', 'data.k', 'data.app\\.yaml', 'spec.copied', 'spec.replicas', 'spec.template.spec.containers.0.image', 'spec.template.spec.containers.[name=a].image', 'spec.template.spec.containers.*.image', 'spec.template.spec.containers.[name=a].env.[name=A].value', 'spec.template.spec.containers.[name=new].image', 'spec.template.metadata.labels', 'spec.ports.0.port', 'spec.ports.[port=80].targetPort', 'spec.list.0.name', 'spec.list.[name=a]', 'spec.text', 'data.[app.yaml].a', 'data.[app.yaml].b.c', 'data.[app.yaml].server.port', 'data.[app.yaml].list.[name=two].v', 'data.[app.yaml].list.0', 'data.[a.json].b.c', 'data.[a.json].a', 'data.[app.yaml].new.x', 'spec.nested.0.1', 'spec.template.spec.containers.[name=~a|b].image', 'spec.rules.*.host', 'spec.template.spec.containers.5.image', 'spec.list.1', 'metadata', 'spec.template.spec.containers.[image=.*].args.-', 'spec.list.-', 'data.*'] as const

/** A path that such an object may well have. */
function pathIn(d: Draw, kind: string): string {
  if (d.chance(0.1)) return d.pick(PATHS)
  const fitting = kind === 'ConfigMap' ? PATHS.filter(p => p.startsWith('data')) : kind === 'Service' ? PATHS.filter(p => p.includes('ports')) : kind === 'Foo' ? PATHS.filter(p => /^spec\.(list|text|nested)/.test(p)) : PATHS.filter(p => p.startsWith('spec.template'))
  return d.pick([...fitting, ...fitting, 'metadata.name', 'metadata.annotations.note', 'metadata.labels.app', 'spec.copied'])
}

export function replacement(d: Draw): Fields {
  const options = (p: number): Fields => d.maybe(p, () => ({ options: { ...d.maybe(0.85, () => ({ create: d.chance(0.9) })), ...d.maybe(0.3, () => ({ delimiter: d.pick([':', '/', '-', '.', '']), index: d.pick([0, 1, -1, 5]) })), ...d.maybe(0.05, () => ({ encoding: 'base64' })) } })) as Fields
  const { kind, name } = d.known()
  const source = { ...d.maybe(0.9, () => ({ kind })), ...d.maybe(0.9, () => ({ name })), ...d.maybe(0.05, () => ({ namespace: d.pick(['one', 'default']) })), ...d.maybe(0.6, () => ({ fieldPath: pathIn(d, kind) })), ...options(0.2) }
  const target = (): Fields => ({ select: selector(d), ...d.maybe(0.2, () => ({ reject: [selector(d)] })), ...d.maybe(0.9, () => ({ fieldPaths: d.many(1, 2, () => pathIn(d, d.known().kind)) })), ...options(0.8) })
  return { ...(d.chance(0.2) ? { sourceValue: d.pick(VALUES) } : { source }), targets: d.many(1, 2, target) }
}

// ── Everything else ─────────────────────────────────────────────────────────

export const image = (d: Draw): Fields => ({ name: d.pick(['nginx', 'app', 'reg.io:5000/app', 'library/nginx', 'ngin.', 'none']), ...d.maybe(0.5, () => ({ newName: d.pick(['other', 'r.io/other']) })), ...d.maybe(0.5, () => ({ newTag: d.pick(['v9', '1.0', 'latest']) })), ...d.maybe(0.25, () => ({ digest: 'sha256:beef' })), ...d.maybe(0.15, () => ({ tagSuffix: '-s' })) })
export const fieldSpec = (d: Draw): Fields => ({ path: d.pick(['spec/added', 'metadata/labels', 'spec/template/metadata/labels', 'spec/list/name', 'spec/selector/matchLabels', 'spec/x\\/y', 'spec/list[]/labels', 'spec/text', 'metadata/annotations']), ...d.maybe(0.6, () => ({ create: d.chance(0.7) })), ...d.maybe(0.6, () => ({ kind: d.pick(KINDS) })), ...d.maybe(0.15, () => ({ group: 'apps' })), ...d.maybe(0.1, () => ({ version: 'v1' })) })
export const label = (d: Draw): Fields => ({ pairs: d.map(['app', 'l', 'on', 'tier']), ...d.maybe(0.5, () => ({ includeSelectors: d.chance(0.7) })), ...d.maybe(0.5, () => ({ includeTemplates: d.chance(0.7) })), ...d.maybe(0.3, () => ({ fields: d.many(1, 2, () => fieldSpec(d)) })) })
export const variable = (d: Draw, name: string): Fields => ({ name, objref: { ...d.known(), ...d.maybe(0.1, () => ({ namespace: 'one' })) }, ...d.maybe(0.5, () => ({ fieldref: { fieldpath: d.pick(['metadata.name', 'metadata.name', 'metadata.name', 'data.k', 'spec.n', 'spec.replicas', 'spec.ports[0].port', 'spec.nope', 'metadata.namespace', 'metadata.labels.app']) } })) })
export const configuration = (d: Draw): Fields => ({
  ...d.maybe(0.4, () => ({ nameReference: [{ kind: d.pick(['ConfigMap', 'Foo', 'Secret']), ...d.maybe(0.4, () => ({ version: 'v1' })), fieldSpecs: [{ path: 'spec/ref/name', kind: 'Foo' }, { path: 'spec/text', kind: 'Foo' }] }] })), ...d.maybe(0.3, () => ({ commonLabels: [fieldSpec(d)] })), ...d.maybe(0.3, () => ({ commonAnnotations: [fieldSpec(d)] })),
  ...d.maybe(0.3, () => ({ namePrefix: [{ path: d.pick(['metadata/name', 'spec/text', 'spec/ref/name']), ...d.maybe(0.5, () => ({ kind: 'Foo' })) }] })), ...d.maybe(0.2, () => ({ nameSuffix: [{ path: 'spec/text', kind: 'Foo', create: true }] })), ...d.maybe(0.2, () => ({ namespace: [{ path: d.pick(['spec/ns', 'metadata/namespace', 'spec/list']), create: true, kind: 'Foo' }] })),
  ...d.maybe(0.2, () => ({ images: [{ path: d.pick(['spec/text', 'spec/containers/image']), kind: 'Foo' }] })), ...d.maybe(0.2, () => ({ replicas: [{ path: 'spec/n', kind: 'Foo' }] })), ...d.maybe(0.2, () => ({ varReference: [{ path: d.pick(['spec/text', 'spec/list', 'data', 'spec/n']), kind: d.pick(['Foo', 'ConfigMap']) }] })), ...d.maybe(0.1, () => ({ labels: [fieldSpec(d)] })), ...d.maybe(0.05, () => ({ templateLabels: [fieldSpec(d)] })),
})
