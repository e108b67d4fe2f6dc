/** How many requests may be under way at once. upstream: apiserver/pkg/server/filters/maxinflight.go */
import type { RawResponse } from '../client/client'
import type { RequestInfo } from './request-info'

export interface FlowLimits {
  /** 0: as many as there are. */
  readonly reading: number
  readonly mutating: number
}

const PROBES = /^\/(healthz|livez|readyz)(\/|$)/
const RETRY_AFTER_SECONDS = '1'

export class FlowLimit {
  private reading = 0
  private mutating = 0

  constructor(private readonly limits: FlowLimits) {}

  /** How many of its sort are under way. */
  count(info: RequestInfo): number {
    return info.mutating ? this.mutating : this.reading
  }

  /** Whether the request may begin; who may is to `leave`. Those of administrators always may, as may those that last, and probes. */
  enter(info: RequestInfo, groups: readonly string[]): boolean {
    const limit = info.mutating ? this.limits.mutating : this.limits.reading
    if (limit > 0 && this.count(info) >= limit && !groups.includes('system:masters') && !exempt(info)) return false
    this.step(info, 1)
    return true
  }

  leave(info: RequestInfo): void {
    this.step(info, -1)
  }

  private step(info: RequestInfo, n: 1 | -1): void {
    if (exempt(info)) return
    if (info.mutating) this.mutating += n
    else this.reading += n
  }
}

const exempt = ({ longRunning, isResource, path }: RequestInfo): boolean => longRunning || (!isResource && PROBES.test(path))

/** What is said to one too many. */
export const tooManyRequests = (): RawResponse => ({
  code: 429, contentType: 'text/plain; charset=utf-8', body: 'Too many requests, please try again later.\n', warnings: [], headers: { 'retry-after': RETRY_AFTER_SECONDS, 'x-content-type-options': 'nosniff' },
})
