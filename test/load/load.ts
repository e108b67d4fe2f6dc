/** Many clients write while many watch: nothing that was acknowledged is missing anywhere. */
import { seeded } from '../seeded'
import type { ServerProcess } from './process'
import { Informer, keyOf, pause, Wire, type KubeObject, type List } from './wire'

export interface LoadOptions {
  readonly clients: number
  /** Of each client. */
  readonly writes: number
  readonly watches: number
  /** Over which the writes are spread. */
  readonly ms: number
  readonly seed: number
}

export interface LoadReport {
  readonly acknowledged: number
  readonly refused: readonly string[]
  /** Events that all watches together were told. */
  readonly events: number
  /** What is wrong, in words; nothing if all is well. */
  readonly problems: readonly string[]
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  readonly rssBytes: { readonly before: number; readonly peak: number; readonly after: number }
}

const NAMESPACES = 20
/** A watch that was not told of everything a second after the writes, and then so long, has lost it. */
const LATE_MS = 20_000

interface Written {
  readonly rv: number
  readonly namespace: string
  readonly name: string
  readonly client: number
}

export async function runLoad(server: ServerProcess, { clients, writes, watches, ms, seed }: LoadOptions): Promise<LoadReport> {
  const port = (): number => server.port
  const admin = new Wire(port)
  for (let n = 0; n < NAMESPACES; n++) await admin.send('POST', '/api/v1/namespaces', { metadata: { name: `load-${n}` } })
  const random = seeded(seed)
  const scopes = Array.from({ length: watches }, (_, n) => scopeOf(n, clients, random.below))
  const informers = scopes.map(s => new Informer(port, s.path))
  await Promise.all(informers.map(i => i.start()))
  const began = informers.map(i => i.revision)
  const before = server.rss()
  let peak = before
  const sampling = setInterval(() => (peak = Math.max(peak, server.rss())), 200)
  const done = (await Promise.all(Array.from({ length: clients }, (_, client) => writer(client, new Wire(port), writes, ms, seed)))).flat()
  const written = done.flatMap(d => (d.written === undefined ? [] : [d.written]))
  const deleted = new Set(done.flatMap(d => d.deleted ?? []))
  const { body } = await admin.send<List>('GET', '/api/v1/configmaps?labelSelector=load')
  const stored = new Map(body.items.map(o => [keyOf(o), o] as const))
  const problems = lostWrites(stored, written, deleted)
  for (const [n, informer] of informers.entries()) {
    const scope = scopes[n] as Scope
    const { concerns, path } = scope
    const expected = written.filter(w => concerns(w) && w.rv > (began[n] as number)).map(w => w.rv).sort((a, b) => a - b)
    for (let waited = 0; (informer.told.length < expected.length || !agrees(informer, scope, stored)) && waited < LATE_MS; waited += 20) await pause(20)
    if (informer.disorder.length > 0) problems.push(`${path}: ${informer.disorder.slice(0, 3).join('; ')}`)
    const told = new Set(informer.told)
    const missing = expected.filter(rv => !told.has(rv))
    if (missing.length > 0 && informer.lists === 1) problems.push(`${path}: ${missing.length} of ${expected.length} events are missing, ${missing[0]} first`)
    if (!agrees(informer, scope, stored)) problems.push(`${path}: what was told is not what is there`)
  }
  clearInterval(sampling)
  const events = informers.reduce((sum, i) => sum + i.told.length, 0)
  await Promise.all(informers.map(i => i.stop()))
  const after = server.rss()
  admin.close()
  const latencies = done.map(d => d.ms).sort((a, b) => a - b)
  const at = (p: number): number => latencies[Math.min(latencies.length - 1, Math.floor(p * latencies.length))] ?? 0
  return { acknowledged: written.length, refused: done.flatMap(d => (d.refusal === undefined ? [] : [d.refusal])), events, problems, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1), rssBytes: { before, peak, after } }
}

interface Scope {
  readonly path: string
  concerns(w: Written): boolean
}

/** One in fifty of all namespaces, the others of one, of one client's objects, or of one object. */
function scopeOf(n: number, clients: number, below: (n: number) => number): Scope {
  if (n % 50 === 0) return { path: '/api/v1/configmaps?labelSelector=load', concerns: () => true }
  const client = below(clients)
  if (n % 5 === 0) return { path: `/api/v1/configmaps?labelSelector=client%3D${client}`, concerns: w => w.client === client }
  const namespace = `load-${client % NAMESPACES}`
  if (n % 7 === 0) return { path: `/api/v1/namespaces/${namespace}/configmaps?fieldSelector=metadata.name%3Dc${client}-0`, concerns: w => w.name === `c${client}-0` }
  return { path: `/api/v1/namespaces/${namespace}/configmaps?labelSelector=load`, concerns: w => w.namespace === namespace }
}

interface Done {
  readonly ms: number
  readonly written?: Written
  readonly deleted?: string
  readonly refusal?: string
}

/** Creates an object, changes it a few times, deletes it, and begins anew. */
async function writer(client: number, wire: Wire, writes: number, ms: number, seed: number): Promise<Done[]> {
  const random = seeded(seed * 1_000 + client)
  const namespace = `load-${client % NAMESPACES}`
  const base = `/api/v1/namespaces/${namespace}/configmaps`
  const done: Done[] = []
  const end = performance.now() + ms
  let object = 0
  for (let n = 0; n < writes; n++) {
    const step = n % 10
    const name = `c${client}-${object}`
    const labels = { load: 'yes', client: String(client) }
    const answer =
      step === 0 ? await wire.send('POST', base, { metadata: { name, labels }, data: { n: String(n), filler: 'x'.repeat(random.below(2_000)) } })
      : step === 9 ? await wire.send('DELETE', `${base}/${name}`)
      : await wire.send('PATCH', `${base}/${name}`, { data: { n: String(n) } })
    if (step === 9) object++
    if (answer.code >= 200 && answer.code < 300) {
      // A deletion is answered without a revision.
      done.push({ ms: answer.ms, ...(step === 9 ? { deleted: `${namespace}/${name}` } : { written: { rv: Number(answer.body.metadata.resourceVersion), namespace, name, client } }) })
    } else done.push({ ms: answer.ms, refusal: `${answer.code} ${JSON.stringify(answer.body)}` })
    const left = end - performance.now()
    if (n < writes - 1 && left > 0) await pause((left / (writes - n)) * (0.5 + random.fraction()))
  }
  wire.close()
  return done
}

/** The newest state of each object is at least what was last acknowledged; what was deleted is gone. */
function lostWrites(stored: ReadonlyMap<string, KubeObject>, written: readonly Written[], deleted: ReadonlySet<string>): string[] {
  const lost: string[] = []
  for (const { rv, namespace, name } of written) {
    const key = `${namespace}/${name}`
    const there = Number(stored.get(key)?.metadata.resourceVersion ?? 0)
    if (deleted.has(key) ? there !== 0 : there < rv) lost.push(`${key}: ${rv} was acknowledged${deleted.has(key) ? ', then its deletion' : ''}; ${there === 0 ? 'nothing' : there} is there`)
  }
  return lost
}

/** Whether a client believes what is there, as far as it looks. */
function agrees(informer: Informer, { concerns }: Scope, stored: ReadonlyMap<string, KubeObject>): boolean {
  const mine = [...stored.values()].filter(({ metadata: { namespace = '', name } }) => concerns({ rv: 0, namespace, name, client: Number(/^c(\d+)-/.exec(name)?.[1]) }))
  return mine.length === informer.objects.size && mine.every(o => informer.objects.get(keyOf(o))?.metadata.resourceVersion === o.metadata.resourceVersion)
}
