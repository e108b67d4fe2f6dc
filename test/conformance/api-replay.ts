/** Sends the recorded API requests to an apiserver in this process and says which answers are not the real server's. */
import { isDeepStrictEqual } from 'node:util'
import { transientKinds } from '../../src/kinds/rare'
import { builtInKinds } from '../../src/kinds/registry'
import { readConfig } from '../../src/cluster/config'
import { createInMemory } from '../../src/cluster/create'
import { apiVersionOf } from '../../src/kinds/kind'
import type { Client, RawRequest } from '../../src/client/client'
import { mutated, recordingLines, sampleObjects, type Json } from '../../src/kinds/schema/recordings.testing'

export const SECTIONS = ['create', 'invalid', 'update', 'patch', 'apply'] as const
export type Section = (typeof SECTIONS)[number]

interface Wanted {
  readonly code: number
  readonly status?: Json
  readonly object?: Json
  readonly warnings?: string[]
  readonly generation?: number
  readonly managedFields?: Json[]
}

interface Answer {
  readonly code: number
  readonly body: Json & { metadata?: Json }
  readonly warnings: readonly string[]
}

export interface Difference {
  /** `invalid Pod/web delete spec` */
  readonly id: string
  readonly wanted: unknown
  readonly got: unknown
}

/** What differs from run to run. */
const settled = (value: unknown): unknown =>
  value === undefined
    ? undefined
    : JSON.parse(
        JSON.stringify(value)
          .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
          .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>')
          .replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-<rand>')
          .replace(/"(clusterIPs?)":(\["10\.[\d.]+"\]|"10\.[\d.]+")/g, '"$1":"<ip>"')
          .replace(/"(nodePort|healthCheckNodePort)":3\d{4}/g, '"$1":0')
          .replace(/(parsing \\")\d+x/g, '$1<rv>x'),
      )

function cleaned(body: Json & { metadata?: Json }): { status?: Json; object?: Json } {
  if (body.kind === 'Status' && body.status === 'Failure') return { status: JSON.parse(JSON.stringify({ code: body.code, reason: body.reason, message: body.message, causes: (body.details as Json | undefined)?.causes })) as Json }
  const object = structuredClone(body)
  for (const key of ['uid', 'creationTimestamp', 'managedFields', 'resourceVersion']) delete object.metadata?.[key]
  return { object }
}

class Player {
  readonly differences: Difference[] = []
  judged = 0
  private readonly paths = new Map([...builtInKinds(), ...transientKinds()].flatMap(k => k.versions.map(version => [`${apiVersionOf({ ...k, version })}/${k.kind}`, { ...k, version }] as const)))

  constructor(private readonly client: Client) {}

  async send(method: RawRequest['method'], path: string, body?: unknown, contentType = 'application/json'): Promise<Answer> {
    const answer = await this.client.request({ method, path, body: body === undefined ? undefined : JSON.stringify(body), contentType, userAgent: 'kubectl/v1.36.3' })
    return { code: answer.code, body: (answer.contentType.startsWith('text/') ? { text: answer.body } : JSON.parse(answer.body)) as Json, warnings: answer.warnings }
  }

  /** The path of an object's collection, undefined for a kind that is not served. */
  pathOf(object: Json, namespace: string): string | undefined {
    const kind = this.paths.get(`${object.apiVersion as string}/${object.kind as string}`)
    if (kind === undefined) return undefined
    return `${kind.group === '' ? '/api' : `/apis/${kind.group}`}/${kind.version}${kind.scope === 'Namespaced' ? `/namespaces/${namespace}` : ''}/${kind.plural}`
  }

  judge(id: string, wanted: Wanted, answer: Answer | undefined, generation = false): boolean {
    this.judged++
    const got = answer === undefined ? undefined : { code: answer.code, warnings: answer.warnings, ...cleaned(answer.body) }
    const same = (a: unknown, b: unknown): boolean => isDeepStrictEqual(settled(a), settled(b))
    const exact =
      got !== undefined &&
      got.code === wanted.code &&
      same(wanted.warnings ?? [], got.warnings) &&
      (wanted.status === undefined || same(wanted.status, got.status)) &&
      (wanted.object === undefined || same(wanted.object, got.object)) &&
      (!generation || wanted.generation === undefined || wanted.generation === answer?.body.metadata?.generation)
    if (!exact) this.differences.push({ id, wanted: settled(wanted), got: settled(got) })
    return exact
  }

  async remove(named: string | undefined): Promise<void> {
    if (named === undefined) return
    await this.send('DELETE', `${named}?gracePeriodSeconds=0&propagationPolicy=Background`, {})
    for (let i = 0; i < 5 && (await this.send('GET', named)).code === 200; i++) await this.send('PATCH', named, { metadata: { finalizers: null } }, 'application/merge-patch+json')
  }

  async create(): Promise<void> {
    for (const l of recordingLines<{ id: string; request: { path: string; body: unknown }; response: Wanted }>('create.jsonl')) this.judge(`create ${l.id}`, l.response, await this.send('POST', l.request.path, l.request.body))
  }

  async invalid(): Promise<void> {
    const samples = sampleObjects()
    for (const l of recordingLines<{ id: string; sample: number; mutation: string; path: string[]; response: Wanted }>('invalid.jsonl')) {
      const object = samples[l.sample] as Json
      const path = this.pathOf(object, 'default')
      this.judge(`invalid ${l.id}`, l.response, path === undefined ? undefined : await this.send('POST', `${path}?dryRun=All&fieldValidation=Strict`, mutated(object, l.mutation, l.path)))
    }
  }

  async update(): Promise<void> {
    const samples = sampleObjects()
    let at: number | undefined
    let live: Json | undefined
    let named: string | undefined
    for (const l of recordingLines<{ id: string; sample: number; mutation: string; path: string[]; response: Wanted }>('update.jsonl')) {
      if (at !== l.sample) {
        await this.remove(named)
        at = l.sample
        const object = structuredClone(samples[at] as Json & { metadata: Json })
        if (object.metadata.namespace !== undefined) object.metadata.namespace = 'sandbox'
        const path = this.pathOf(object, 'sandbox')
        named = path === undefined ? undefined : `${path}/${object.metadata.name as string}`
        const made = path === undefined ? undefined : await this.send('POST', path, object)
        live = made?.code === 201 ? made.body : undefined
        delete (live as { metadata?: Json } | undefined)?.metadata?.managedFields
      }
      const body = changedOrNothing(live, l.mutation, l.path)
      this.judge(`update ${l.id}`, l.response, body === undefined ? undefined : await this.send('PUT', `${named}?dryRun=All&fieldValidation=Strict`, body), true)
    }
    await this.remove(named)
  }

  async patch(): Promise<void> {
    let at: string | undefined
    let named: string | undefined
    for (const l of recordingLines<{ id: string; object: Json & { spec?: Json }; type: string; patch: unknown; response: Wanted }>('patch.jsonl')) {
      const key = JSON.stringify(l.object)
      if (at !== key) {
        await this.remove(named)
        at = key
        const path = this.pathOf(l.object, 'sandbox')
        named = path === undefined ? undefined : `${path}/target`
        if (path !== undefined) await this.send('POST', path, withoutAllocations(l.object))
      }
      this.judge(`patch ${l.id}`, l.response, named === undefined ? undefined : await this.send('PATCH', `${named}?dryRun=All`, l.patch, `application/${l.type}+json`))
    }
    await this.remove(named)
  }

  async apply(): Promise<void> {
    for (const l of recordingLines<{ id: string; steps: { manager: string; force: boolean; body: Json; response: Wanted }[] }>('apply.jsonl')) {
      const path = this.pathOf(l.steps[0]?.body as Json, 'sandbox')
      const named = path === undefined ? undefined : `${path}/target`
      for (const [i, s] of l.steps.entries()) {
        const answer = named === undefined ? undefined : await this.send('PATCH', `${named}?fieldManager=${s.manager}&force=${s.force}`, s.body, 'application/apply-patch+yaml')
        if (!this.judge(`apply ${l.id} step ${i}`, s.response, answer) || s.response.managedFields === undefined) continue
        this.judged++
        const mine = (answer?.body.metadata?.managedFields as Json[] | undefined)?.map(({ time: _, ...entry }) => entry)
        if (!isDeepStrictEqual(s.response.managedFields, mine)) this.differences.push({ id: `apply managedFields ${l.id} step ${i}`, wanted: s.response.managedFields, got: mine })
      }
      await this.remove(named)
    }
  }
}

/** undefined where the path is not in this server's object. */
function changedOrNothing(live: Json | undefined, how: string, path: readonly string[]): Json | undefined {
  try {
    return live === undefined ? undefined : mutated(live, how, path)
  } catch {
    return undefined
  }
}

/** What a server gave a Service, another one gives anew. */
function withoutAllocations(object: Json & { spec?: Json }): Json {
  if (object.kind !== 'Service' || object.spec === undefined) return object
  const { clusterIP, clusterIPs: _, healthCheckNodePort: __, ...spec } = structuredClone(object.spec)
  for (const port of (spec.ports ?? []) as Json[]) delete port.nodePort
  return { ...object, spec: clusterIP === 'None' ? { ...spec, clusterIP } : spec }
}

const BEGIN_MS = Date.UTC(2026, 10, 21, 8)

/** Plays one section against a fresh server without controllers. */
export async function playSection(section: Section): Promise<{ readonly judged: number; readonly differences: readonly Difference[] }> {
  const { config } = readConfig(undefined)
  let nowMs = BEGIN_MS
  const cluster = await createInMemory({ config, nodes: [] }, () => nowMs++, true)
  try {
    const player = new Player(cluster.clientFor(cluster.ownUser(undefined, [], 'kubectl', undefined)))
    for (const name of ['default', 'sandbox']) {
      await player.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
      await player.send('POST', `/api/v1/namespaces/${name}/serviceaccounts`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } })
    }
    await player[section]()
    return { judged: player.judged, differences: player.differences }
  } finally {
    cluster.close()
  }
}
