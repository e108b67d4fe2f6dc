/** What an apiserver counts of its requests. upstream: apiserver/pkg/endpoints/metrics */
import type { RequestInfo } from '../request-info'
import { Counter, Gauge, Histogram, Measured, type Family } from './family'

const COMPONENT = 'apiserver'
const SECONDS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60]
const BYTES = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]
const WHERE = ['group', 'version', 'resource', 'subresource', 'scope', 'component']

export class RequestMetrics {
  readonly families: readonly Family[]
  private readonly total = new Counter({ name: 'apiserver_request_total', help: '[STABLE] Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.', labels: ['verb', 'dry_run', ...WHERE, 'code'] })
  private readonly durations = new Histogram({ name: 'apiserver_request_duration_seconds', help: '[STABLE] Response latency distribution in seconds for each verb, dry run value, group, version, resource, subresource, scope and component.', labels: ['verb', 'dry_run', ...WHERE] }, SECONDS)
  private readonly sizes = new Histogram({ name: 'apiserver_response_sizes', help: '[STABLE] Response size distribution in bytes for each group, version, verb, resource, subresource, scope and component.', labels: ['verb', ...WHERE] }, BYTES)
  private readonly lasting = new Gauge({ name: 'apiserver_longrunning_requests', help: '[STABLE] Gauge of all active long-running apiserver requests broken out by verb, group, version, resource, scope and component. Not all requests are tracked this way.', labels: ['verb', ...WHERE] })
  private readonly terminated = new Counter({ name: 'apiserver_request_terminations_total', help: '[ALPHA] Number of requests which apiserver terminated in self-defense.', labels: ['verb', ...WHERE, 'code'] })
  private readonly aborted = new Counter({ name: 'apiserver_request_aborts_total', help: '[ALPHA] Number of requests which apiserver aborted possibly due to a timeout, for each group, version, verb, resource, subresource and scope', labels: ['verb', ...WHERE.slice(0, -1)] })
  private readonly peaks = { readOnly: new Peak(), mutating: new Peak() }

  /** @param nowMs rising, of any beginning */
  constructor(nowMs: () => number) {
    const inFlight = new Measured({ name: 'apiserver_current_inflight_requests', help: '[STABLE] Maximal number of currently used inflight request limit of this apiserver per request kind in last second.', labels: ['request_kind'], type: 'gauge' }, () => [
      [['mutating'], this.peaks.mutating.lately(nowMs())],
      [['readOnly'], this.peaks.readOnly.lately(nowMs())],
    ])
    this.families = [inFlight, this.lasting, this.aborted, this.durations, this.terminated, this.total, this.sizes]
  }

  answered(info: RequestInfo, code: number, seconds: number, bytes: number): void {
    const where = whereOf(info)
    const dryRun = info.query.get('dryRun') ?? ''
    this.total.add([info.reported, dryRun, ...where, String(code)])
    if (info.longRunning && code < 300) return
    this.durations.observe([info.reported, dryRun, ...where], seconds)
    if (info.verb === 'get' || info.verb === 'list') this.sizes.observe([info.reported, ...where], bytes)
  }

  /** A request that lasts begins (1) or ends (-1). */
  lasts(info: RequestInfo, n: 1 | -1): void {
    this.lasting.add([info.reported, ...whereOf(info)], n)
  }

  terminatedWith(info: RequestInfo, code: number): void {
    this.terminated.add([info.reported, ...whereOf(info), String(code)])
  }

  cutOff(info: RequestInfo): void {
    this.aborted.add([info.reported, ...whereOf(info).slice(0, -1)])
  }

  inFlight(kind: 'readOnly' | 'mutating', n: number, nowMs: number): void {
    this.peaks[kind].note(n, nowMs)
  }
}

const whereOf = ({ group, version, resource, subresource, scope, isResource, path }: RequestInfo): string[] =>
  isResource ? [group, version, resource, subresource, scope, COMPONENT] : ['', '', '', KNOWN.test(path) ? path : '', '', isHealth(path) ? '' : COMPONENT]

/** Other paths are the clients' invention, and would have no end. */
const KNOWN = /^\/(healthz|livez|readyz|version|metrics|openapi\/v[23])$/
const isHealth = (path: string): boolean => path.endsWith('z')

/** The most in the last second. */
class Peak {
  private now = 0
  private before = 0
  private second = 0
  private last = 0

  note(n: number, nowMs: number): void {
    this.turn(nowMs)
    this.last = n
    this.now = Math.max(this.now, n)
  }

  lately(nowMs: number): number {
    this.turn(nowMs)
    return Math.max(this.now, this.before)
  }

  private turn(nowMs: number): void {
    const second = Math.floor(nowMs / 1000)
    if (second === this.second) return
    this.before = second === this.second + 1 ? this.now : this.last
    this.now = this.last
    this.second = second
  }
}
