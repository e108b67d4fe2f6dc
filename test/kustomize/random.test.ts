/** Seeded random kustomizations, two layers each, built as the real kubectl builds them. `KUSTOMIZE_SEEDS=from-to` tries others. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { realKubectl } from '../conformance/real-kubectl'
import { seeded } from '../seeded'
import { ours, recorded, theirs } from './compare'

class Author {
  private readonly next: () => number
  constructor(seed: number) {
    this.next = seeded(seed).fraction
  }
  chance(p: number): boolean {
    return this.next() < p
  }
  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)] as T
  }
  some<T>(list: readonly T[], p = 0.5): T[] {
    return list.filter(() => this.chance(p))
  }

  readonly names = ['web', 'db', 'app-1', 'x']
  readonly values = ['1', 'true', 'null', '1.0', '0x1f', 'plain', 'a: b', '- x', 'multi\nline\n', ' lead', "it's", '"q"', '2020-01-01', 'on', '~', '', '#c', '1e3', '12:30', '{a: b}', 'end:', 'ünï', '*a', '&b', '%c', 'a\tb']

  map(keys: readonly string[]): Record<string, string> {
    return Object.fromEntries(this.some(keys).map(k => [k, this.pick(this.values)]))
  }
  metadata(name: string): object {
    return {
      name,
      ...(this.chance(0.4) ? { labels: this.map(['app', 'tier', 'a.b/c']) } : {}), ...(this.chance(0.4) ? { annotations: this.map(['note', 'x/y']) } : {}),
      ...(this.chance(0.2) ? { namespace: this.pick(['one', 'default']) } : {}), ...(this.chance(0.1) ? { finalizers: this.some(['f1', 'f2', 'f3']) } : {}),
    }
  }
  container(name: string): object {
    return {
      name,
      ...(this.chance(0.8) ? { image: this.pick(['nginx', 'nginx:1.2', 'reg.io:5000/app:v1', 'app@sha256:abcd']) } : {}),
      ...(this.chance(0.5) ? { env: this.some(['A', 'B', 'C']).map(e => (this.chance(0.5) ? { name: e, value: this.pick(this.values) } : { name: e, valueFrom: { configMapKeyRef: { name: this.pick(['cfg', 'web']), key: 'k' } } })) } : {}),
      ...(this.chance(0.4) ? { ports: this.some([80, 81, 443], 0.6).map(p => ({ containerPort: p, ...(this.chance(0.4) ? { protocol: this.pick(['TCP', 'UDP']) } : {}), ...(this.chance(0.3) ? { name: `p${p}` } : {}) })) } : {}),
      ...(this.chance(0.3) ? { args: this.some(['one', 'two', '3']) } : {}), ...(this.chance(0.3) ? { envFrom: [{ configMapRef: { name: 'cfg' } }, { secretRef: { name: 'sec' } }] } : {}),
      ...(this.chance(0.2) ? { volumeMounts: this.some(['/a', '/b']).map(mountPath => ({ mountPath, name: this.pick(['v', 'w']) })) } : {}),
    }
  }
  podSpec(): object {
    return {
      containers: this.some(['a', 'b', 'c'], 0.6).map(n => this.container(n)),
      ...(this.chance(0.3) ? { initContainers: [this.container('init')] } : {}),
      ...(this.chance(0.3) ? { serviceAccountName: this.pick(['sa', 'default']) } : {}),
      ...(this.chance(0.4) ? { volumes: this.some(['v', 'w', 'z']).map(name => ({ name, ...this.pick([{ configMap: { name: 'cfg' } }, { secret: { secretName: 'sec' } }, { emptyDir: {} }]) })) } : {}),
      ...(this.chance(0.2) ? { tolerations: [{ key: this.pick(['a', 'b']) }] } : {}),
    }
  }
  workload(kind: string, name: string): object {
    const template = { ...(this.chance(0.6) ? { metadata: { labels: this.map(['app']) } } : {}), spec: this.podSpec() }
    return { apiVersion: 'apps/v1', kind, metadata: this.metadata(name), spec: { ...(this.chance(0.5) ? { replicas: 1 } : {}), ...(this.chance(0.5) ? { selector: { matchLabels: this.map(['app']) } } : {}), template } }
  }
  resources(): object[] {
    const all: object[] = [this.workload('Deployment', 'web'), this.workload('StatefulSet', 'db')]
    all.push({ apiVersion: 'v1', kind: 'Service', metadata: this.metadata('web'), spec: { selector: this.map(['app']), ports: [{ port: 80 }, { port: 443, protocol: 'TCP' }] } })
    all.push({ apiVersion: 'v1', kind: 'ConfigMap', metadata: this.metadata('web'), data: this.map(['k', 'l', 'm']) }, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'sa' } })
    all.push({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: 'rb' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'x' }, subjects: [{ kind: 'ServiceAccount', name: this.pick(['sa', 'default']) }] })
    all.push({ apiVersion: 'example.com/v1', kind: 'Foo', metadata: this.metadata('x'), spec: { list: [{ name: 'a' }], n: 1.5, big: 12345678, nothing: null, text: this.pick(this.values), containers: [{ name: 'q', image: 'nginx:9' }] } })
    return this.some(all, 0.8)
  }
  patch(): object {
    const target = this.pick([{ kind: 'Deployment' }, { kind: 'StatefulSet', name: 'db' }, { name: 'web' }, { kind: 'Foo' }])
    if (this.chance(0.5)) {
      const ops = this.some([{ op: 'add', path: '/metadata/labels', value: this.map(['app', 'p']) }, { op: 'add', path: '/spec/added', value: this.pick([1, 2.5, 'x', true, [1], { a: null }]) }, { op: 'add', path: '/metadata/annotations', value: { z: 'y' } }], 0.7)
      return { target, patch: JSON.stringify(ops.length === 0 ? [{ op: 'test', path: '/metadata/nope', value: null }] : ops) }
    }
    const kind = this.pick(['Deployment', 'StatefulSet'])
    return { target: { kind }, patch: JSON.stringify({ ...this.workload(kind, 'any'), ...(this.chance(0.3) ? { status: { conditions: [{ type: 'A' }] } } : {}) }) }
  }
  kustomization(resources: string[]): object {
    const generator = (name: string, behaviors: string[]): object => ({ name, ...(behaviors.length > 0 ? { behavior: this.pick(behaviors) } : {}), literals: this.some(['k=v', 'l=1', 'm=x y', 'n="q"'], 0.7), ...(this.chance(0.3) ? { options: { ...(this.chance(0.5) ? { disableNameSuffixHash: true } : {}), ...(this.chance(0.5) ? { labels: this.map(['g']) } : {}) } } : {}) })
    const isBase = resources.includes('all.yaml')
    return {
      resources,
      ...(isBase ? { configMapGenerator: [generator('cfg', [])], secretGenerator: [generator('sec', [])] } : this.chance(0.5) ? { configMapGenerator: [generator('cfg', ['merge', 'replace'])] } : {}),
      ...(this.chance(0.4) ? { namePrefix: this.pick(['pre-', 'p', '1-']) } : {}), ...(this.chance(0.3) ? { nameSuffix: this.pick(['-suf', '2']) } : {}), ...(this.chance(0.4) ? { namespace: this.pick(['ns', '5']) } : {}),
      ...(this.chance(0.4) ? { labels: [{ pairs: this.map(['app', 'l']), includeSelectors: this.chance(0.5), includeTemplates: this.chance(0.5) }] } : {}),
      ...(this.chance(0.3) ? { commonLabels: this.map(['cl', 'app']) } : {}), ...(this.chance(0.3) ? { commonAnnotations: this.map(['ca', 'x/y']) } : {}),
      ...(this.chance(0.5) ? { images: [{ name: this.pick(['nginx', 'app', 'reg.io:5000/app']), ...(this.chance(0.5) ? { newTag: 'v9' } : { newName: 'other', digest: 'sha256:beef' }) }] } : {}),
      ...(this.chance(0.3) ? { replicas: [{ name: this.pick(['web', 'db']), count: 4 }] } : {}),
      ...(this.chance(0.6) ? { patches: this.some([0, 1, 2], 0.6).map(() => this.patch()) } : {}),
      ...(this.chance(0.3) ? { replacements: [{ source: { kind: this.pick(['Service', 'ConfigMap']), name: 'web', fieldPath: this.pick(['metadata.name', 'metadata.namespace', 'data.k']) }, targets: [{ select: { kind: this.pick(['Deployment', 'Foo', 'StatefulSet']) }, fieldPaths: [this.pick(['spec.copied', 'metadata.annotations.copied', 'spec.template.spec.containers.[name=a].image'])], options: { create: this.chance(0.7) } }] }] } : {}),
      ...(this.chance(0.2) ? { buildMetadata: this.some(['originAnnotations', 'transformerAnnotations', 'managedByLabel'], 0.6) } : {}), ...(this.chance(0.2) ? { sortOptions: { order: this.pick(['fifo', 'legacy']) } } : {}),
    }
  }
}

const [from = 1, to = 40] = (process.env['KUSTOMIZE_SEEDS'] ?? '').split('-').filter(s => s !== '').map(Number)
const real = realKubectl()
let folder: string
beforeAll(() => void (folder = realpathSync(mkdtempSync(join(tmpdir(), 'kubottle-kustomize-')))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.skipIf('missing' in real)(`random kustomizations${'missing' in real ? ` (skipped: ${real.missing})` : ''}`, () => {
  it(`of seeds ${from} to ${to} are built alike`, { timeout: 120_000 }, async () => {
    if ('missing' in real) return
    let built = 0
    for (let seed = from; seed <= to; seed++) {
      const author = new Author(seed)
      const at = join(folder, String(seed))
      for (const layer of ['base', 'top']) mkdirSync(join(at, layer), { recursive: true })
      writeFileSync(join(at, 'base/all.yaml'), author.resources().map(r => JSON.stringify(r)).join('\n---\n'))
      writeFileSync(join(at, 'base/kustomization.yaml'), JSON.stringify(author.kustomization(['all.yaml'])))
      writeFileSync(join(at, 'top/kustomization.yaml'), JSON.stringify(author.kustomization(['../base'])))
      const expected = theirs(real.path, at, ['top'])
      if (expected.exitCode === 0) built++
      expect(recorded(at, await ours(at, ['top'])), `seed ${seed}`).toBe(recorded(at, expected))
    }
    expect(built).toBeGreaterThan((to - from) / 3)
  })
})
