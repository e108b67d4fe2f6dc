/** What a server tells and does over its socket for the commands of this machine's owner, besides the API: its clock, its content, its settling. */
import { UsageError } from '../base/errors'
import { StatusError } from '../base/status'
import type { ClockMode, ClusterSummary } from '../client/cluster-summary'
import type { WhyReport, WhyTarget } from '../client/why-report'
import type { RawRequest, RawResponse } from '../client/client'
import { sessionOf } from './commands'

/** Paths below it are the socket's own. */
const ROOT = '/kubottle.dev/v1/'
/** A command on the machine beside the cluster: a stream as that of exec. */
export const OUTSIDE = `${ROOT}outside`
/** On every answer over the socket: the cluster's time in ms, and the version of its newest change. */
export const TIME = 'kubottle-time'
export const HEAD = 'kubottle-head'
/** On every request over it: JSON, who asks, as a kubeconfig says. */
export const IDENTITY = 'kubottle-identity'

/** The cluster, as far as the socket reaches it. */
export interface Controlled {
  nowMs(): number
  head(): number
  mode(): ClockMode
  summary(): ClusterSummary
  why(target: WhyTarget): Promise<WhyReport>
  objects(): Iterable<object>
  /** Until what was written has taken its course. */
  settle(): Promise<void>
  /** Lets time pass until something is newer than `head`, at most `timeoutMs`; at the speed of the wall where nothing jumps, or others than this session watch. */
  pass(session: string, head: number, timeoutMs: number): Promise<void>
  /** Lives through the time up to then. Throws UsageError for the past. */
  advanceTo(ms: number): Promise<void>
  /** Throws UsageError for a mode that a served cluster cannot have. */
  setMode(mode: ClockMode): void
}

/** The answer to a request of the socket's own; undefined for one to the API. */
export async function answerControl(cluster: Controlled, request: RawRequest): Promise<RawResponse | undefined> {
  const { path, body } = request
  if (!path.startsWith(ROOT)) return undefined
  const given = (body === undefined || body === '' ? {} : JSON.parse(body)) as { head?: number; timeoutMs?: number; toMs?: number; mode?: ClockMode; target?: WhyTarget }
  try {
    switch (path.slice(ROOT.length)) {
      case 'status':
        return json(cluster.summary())
      case 'why':
        return json(await cluster.why(given.target as WhyTarget))
      case 'objects':
        return { ...json({}), contentType: 'application/json-seq', stream: lines(cluster.objects()) }
      case 'settle':
        await cluster.settle()
        break
      case 'pass':
        await cluster.pass(sessionOf(request), given.head ?? -1, given.timeoutMs ?? 0)
        break
      case 'clock':
        if (given.mode !== undefined) cluster.setMode(given.mode)
        if (given.toMs !== undefined) await cluster.advanceTo(given.toMs)
        break
      default:
        return { ...json({ message: `this server does not know ${path}: it is another version of kubottle` }), code: 404 }
    }
    return json({ mode: cluster.mode() })
  } catch (e) {
    if (e instanceof UsageError || e instanceof StatusError) return { ...json({ message: e.message }), code: 400 }
    throw e
  }
}

/** Every answer says what time it is there. */
export const withTime = (cluster: Controlled, answer: RawResponse): RawResponse => ({ ...answer, headers: { ...answer.headers, [TIME]: String(cluster.nowMs()), [HEAD]: String(cluster.head()) } })

const json = (body: unknown): RawResponse => ({ code: 200, contentType: 'application/json', body: `${JSON.stringify(body)}\n`, warnings: [] })

async function* lines(objects: Iterable<object>): AsyncGenerator<string> {
  for (const object of objects) yield `${JSON.stringify(object)}\n`
}
