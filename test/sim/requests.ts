/** Random requests under a seed: valid objects changed at random, random patches. What was accepted can be read, applied again and patched. */
import { createInMemory } from '../../src/cluster/create'
import { readConfig } from '../../src/cluster/config'
import type { RawRequest } from '../../src/client/client'
import { apiVersionOf } from '../../src/kinds/kind'
import { seeded, type Random } from '../seeded'
import { transientKinds } from '../../src/kinds/rare'
import { builtInKinds } from '../../src/kinds/registry'
import { sampleObjects, type Json } from '../../src/kinds/schema/recordings.testing'

type Place = readonly [holder: Json | unknown[], key: string]

/** Every place of an object, containers included. */
function placesOf(value: unknown, out: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return out
  for (const key of Object.keys(value)) {
    out.push([value as Json, key])
    placesOf((value as Json)[key], out)
  }
  return out
}

const STRINGS = ['', 'a', 'Bad_Value!', 'x'.repeat(300), '-', '1', '100m', '5Gi', '-1', '1e3', '0.5', 'ünïcode 🦄', '\u0000', '2026-11-21T08:00:00Z', '10.0.0.1', 'fe80::1', '/path', '../..', 'a/b', 'a.b', '%41', '*', 'true', '50%', 'dGVzdA==', 'k8s.io/x', 'Always', 'default', '__proto__', 'null\n']
const NUMBERS = [0, 1, -1, 80, 65_535, 65_536, 2_147_483_647, 2_147_483_648, 99_999_999_999, 9_007_199_254_740_992, 1.5, -0.5, 1e21]

function anyValue(r: Random): unknown {
  switch (r.below(8)) {
    case 0:
      return null
    case 1:
      return {}
    case 2:
      return []
    case 3:
      return r.below(2) === 0
    case 4:
      return r.pick(NUMBERS)
    case 5:
      return [r.pick(STRINGS)]
    case 6:
      return { [r.pick(STRINGS)]: r.pick(STRINGS) }
    default:
      return r.pick(STRINGS)
  }
}

/** A value like the one that is there. */
function similar(r: Random, value: unknown): unknown {
  if (typeof value === 'string') return r.pick(STRINGS)
  if (typeof value === 'number') return r.pick(NUMBERS)
  if (typeof value === 'boolean') return !value
  return anyValue(r)
}

/** Changes one place of the object itself. `donors`: where parts may come from. */
function mutate(r: Random, object: Json, donors: readonly Json[]): void {
  const places = placesOf(object).filter(([, key]) => key !== 'apiVersion' && key !== 'kind')
  if (places.length === 0) return
  const [holder, key] = r.pick(places)
  const at = holder as Json
  const value = at[key]
  switch (r.below(8)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1)
      else delete at[key]
      return
    case 1:
      at[key] = anyValue(r)
      return
    case 2:
      if (Array.isArray(value)) value.push(structuredClone(value.length > 0 ? r.pick(value) : anyValue(r)))
      else at[key] = similar(r, value)
      return
    case 3:
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) (value as Json)[r.pick(['unknown', 'name', 'spec', '__proto__x', 'labels', 'status'])] = anyValue(r)
      else at[key] = similar(r, value)
      return
    case 4: {
      // What stands under the same name in another object.
      const others = placesOf(r.pick(donors)).filter(([, k]) => k === key && Number.isNaN(Number(k)))
      if (others.length > 0) {
        const [from, k] = r.pick(others)
        at[key] = structuredClone((from as Json)[k])
      }
      return
    }
    default:
      at[key] = similar(r, value)
  }
}

function jsonPatch(r: Random, object: Json): unknown {
  const paths = (value: unknown, path: string): string[] => (typeof value !== 'object' || value === null ? [path] : [path, ...Object.keys(value).flatMap(k => paths((value as Json)[k], `${path}/${k.replace(/~/g, '~0').replace(/\//g, '~1')}`))])
  const all = paths(object, '')
  return Array.from({ length: 1 + r.below(3) }, () => {
    const op = r.pick(['add', 'remove', 'replace', 'move', 'copy', 'test'])
    return { op, path: r.pick(all) + r.pick(['', '', '', '/-', '/x', '/0']), ...(op === 'move' || op === 'copy' ? { from: r.pick(all) } : op === 'remove' ? {} : { value: anyValue(r) }) }
  })
}

/** Some of the object's own structure with changed leaves, and directives. */
function mergePatch(r: Random, value: unknown, strategic: boolean): unknown {
  if (typeof value !== 'object' || value === null) return r.below(4) === 0 ? null : similar(r, value)
  if (Array.isArray(value)) {
    if (!strategic || r.below(3) === 0) return value.length === 0 ? [anyValue(r)] : [structuredClone(r.pick(value))]
    const item = value.length === 0 ? anyValue(r) : structuredClone(r.pick(value))
    if (typeof item === 'object' && item !== null && !Array.isArray(item)) {
      if (r.below(3) === 0) (item as Json).$patch = r.pick(['delete', 'replace', 'merge', 'x'])
      mutate(r, item as Json, [item as Json])
    }
    return [item]
  }
  const keys = Object.keys(value)
  const out: Json = {}
  for (let i = 0; i < 1 + r.below(2) && keys.length > 0; i++) {
    const key = r.pick(keys)
    if (key === 'apiVersion' || key === 'kind' || key === 'managedFields') continue
    out[key] = r.below(6) === 0 ? anyValue(r) : mergePatch(r, (value as Json)[key], strategic)
    if (strategic && r.below(12) === 0) out[r.pick([`$setElementOrder/${key}`, `$deleteFromPrimitiveList/${key}`, '$retainKeys', '$patch'])] = anyValue(r)
  }
  return out
}

/** The real server, too, answers these with a 500: merges and conversions that fail, versions that are no number. */
const HONEST_500 = /^(failed to create typed patch object|failed to convert new object|unable to |unrecognized type|cannot |invalid |json: |patch |.*does not match|.*list element|\$|.*\$patch|.*merge key|delete patch type|expected |merging lists cannot|unknown patch type|strconv\.ParseUint: parsing |duplicate nodePort: )/

export interface Failure {
  readonly seed: number
  readonly request: string
  readonly why: string
}

/** Sends this many requests. Answers what went wrong, and how many objects were accepted. */
export async function play(seed: number, count: number): Promise<{ readonly failures: readonly Failure[]; readonly accepted: number; readonly sent: number }> {
  const samples = sampleObjects()
  const paths = new Map([...builtInKinds(), ...transientKinds()].flatMap(k => k.versions.map(version => [`${apiVersionOf({ ...k, version })}/${k.kind}`, { ...k, version }] as const)))
  const { config } = readConfig(undefined)
  let nowMs = Date.UTC(2026, 10, 21, 8)
  const cluster = await createInMemory({ config, nodes: [] }, () => nowMs++, true)
  const client = cluster.clientFor(cluster.ownUser(undefined, [], 'kubectl', undefined))
  const failures: Failure[] = []
  let sent = 0
  let accepted = 0
  let current = 0
  let last = ''

  const send = async (method: RawRequest['method'], path: string, body?: unknown, contentType = 'application/json'): Promise<{ code: number; body: Json & { metadata?: Json } }> => {
    sent++
    last = `${method} ${path} ${contentType} ${body === undefined ? '' : JSON.stringify(body)}`
    const text = body === undefined ? undefined : JSON.stringify(body)
    try {
      const answer = await client.request({ method, path, body: text, contentType, userAgent: 'kubectl/v1.36.3' })
      const parsed = JSON.parse(answer.body) as Json
      if (answer.code >= 500 && !HONEST_500.test(String(parsed.message))) failed(`${answer.code}: ${parsed.message}`)
      return { code: answer.code, body: parsed }
    } catch (e) {
      failed(`crash: ${(e as Error).stack}`)
      return { code: 0, body: {} }
    }
  }
  const failed = (why: string): void => void failures.push({ seed: current, request: last.slice(0, 4000), why })
  const expect = (held: boolean, why: () => string): void => {
    if (!held) failed(why())
  }

  async function tryOne(r: Random): Promise<void> {
    const object = structuredClone(r.pick(samples)) as Json & { metadata?: Json }
    if (object.metadata?.namespace !== undefined) object.metadata.namespace = 'default'
    for (let i = r.pick([0, 1, 1, 1, 2, 3]); i > 0; i--) mutate(r, object, samples)
    const kind = paths.get(`${object.apiVersion as string}/${object.kind as string}`)
    if (kind === undefined) return
    const collection = `${kind.group === '' ? '/api' : `/apis/${kind.group}`}/${kind.version}${kind.scope === 'Namespaced' ? '/namespaces/default' : ''}/${kind.plural}`
    const made = await send('POST', `${collection}?fieldValidation=${r.pick(['Strict', 'Warn', 'Ignore'])}`, object)
    if (made.code !== 201 || transientKinds().some(t => t.kind === kind.kind && t.group === kind.group)) return
    accepted++
    const named = `${collection}/${encodeURIComponent(String(made.body.metadata?.name))}`
    await useAccepted(r, named, made.body)
    const gone = await send('DELETE', `${named}?gracePeriodSeconds=0`, {})
    if (gone.code === 200 && (await send('GET', named)).code === 200) await send('PATCH', named, { metadata: { finalizers: null } }, 'application/merge-patch+json')
    if ((await send('GET', named)).code === 200) await send('DELETE', `${named}?gracePeriodSeconds=0`, {})
  }

  async function useAccepted(r: Random, named: string, made: Json): Promise<void> {
    const read = await send('GET', named)
    expect(read.code === 200, () => `accepted and not readable: ${read.code}`)
    if (read.code !== 200) return
    // Some of the server's own parts write a status soon after.
    expect(withoutStatus(read.body) === withoutStatus(made), () => `read otherwise than created\n${JSON.stringify(made)}\n${JSON.stringify(read.body)}`)
    const again = await send('PUT', named, read.body)
    expect(again.code === 200 && version(again.body) === version(read.body), () => `put unchanged: ${again.code} ${again.body.message ?? ''} ${version(read.body)} → ${version(again.body)}`)
    const { metadata, status: _, ...rest } = read.body as Json & { metadata: Json }
    const { managedFields: __, resourceVersion: ___, uid: ____, creationTimestamp: _____, generation: ______, ...own } = metadata
    const configuration = { ...rest, metadata: own }
    const apply = `${named}?fieldManager=fuzz&force=true`
    const first = await send('PATCH', apply, configuration, 'application/apply-patch+yaml')
    if (first.code === 500 && HONEST_500.test(String(first.body.message))) return
    expect(first.code === 200, () => `applied as read: ${first.code} ${first.body.message ?? ''}`)
    const before = (await send('GET', named)).body
    const second = await send('PATCH', apply, configuration, 'application/apply-patch+yaml')
    expect(second.code === 200 && version(second.body) === version(before), () => `applied again: ${version(before)} → ${version(second.body)}`)
    const labelled = await send('PATCH', named, { metadata: { labels: { fuzz: 'x' } } }, 'application/merge-patch+json')
    expect(labelled.code === 200, () => `label: ${labelled.code} ${labelled.body.message ?? ''}`)
    for (const type of ['json', 'merge', 'strategic-merge', 'apply'] as const) await patchSomehow(r, named, type)
  }

  async function patchSomehow(r: Random, named: string, type: 'json' | 'merge' | 'strategic-merge' | 'apply'): Promise<void> {
    const now = (await send('GET', named)).body
    if (now.metadata === undefined) return
    if (type === 'apply') {
      const { managedFields: _, resourceVersion: __, ...metadata } = now.metadata as Json
      const configuration = structuredClone({ ...now, metadata })
      mutate(r, configuration, samples)
      await send('PATCH', `${named}?fieldManager=fuzz&force=${r.pick(['true', 'false'])}`, configuration, 'application/apply-patch+yaml')
      return
    }
    const patch = type === 'json' ? jsonPatch(r, now) : mergePatch(r, now, type !== 'merge')
    const done = await send('PATCH', named, patch, `application/${type}-patch+json`)
    if (done.code !== 200) return
    const read = await send('GET', named)
    expect(read.code === 404 || withoutStatus(read.body) === withoutStatus(done.body), () => `read otherwise than patched\n${JSON.stringify(done.body)}\n${JSON.stringify(read.body)}`)
  }

  try {
    for (const name of ['default', 'sandbox']) {
      await send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
      await send('POST', `/api/v1/namespaces/${name}/serviceaccounts`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } })
    }
    for (current = seed; sent < count; current++) await tryOne(seeded(current))
  } finally {
    cluster.close()
  }
  return { failures, accepted, sent }
}

function withoutStatus({ status: _, metadata, ...rest }: Json & { metadata?: Json }): string {
  const { resourceVersion: __, managedFields: ___, ...own } = metadata ?? {}
  return JSON.stringify({ ...rest, metadata: Object.fromEntries(Object.entries(own).sort()) })
}

const version = (object: Json & { metadata?: Json }): unknown => object.metadata?.resourceVersion
