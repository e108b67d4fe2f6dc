/** What stands before the apiserver while it is served: limits, metrics, logs, and the way to its end. */
import type { Actor } from '../apiserver/actor'
import type { RawRequest } from '../client/client'
import type { ApiServer } from '../apiserver/server'
import { createChain, noteStream, type ChainParts, type Door, type NotedStream } from './chain'
import { FlowLimit, type FlowLimits } from './flow-limit'
import { clusterMetrics, type QueueNumbers } from './metrics/cluster-metrics'
import { processMetrics } from './metrics/process-metrics'
import { RequestMetrics } from './metrics/request-metrics'
import type { Answer } from './plain'

export interface FrontOptions extends Omit<ChainParts, 'metrics' | 'flow' | 'lasting'> {
  readonly limits: FlowLimits
  readonly queues: () => readonly QueueNumbers[]
}

/** upstream: prometheus/common expfmt */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores'

export class Front {
  private readonly lasting = new Set<() => void>()
  private readonly metrics: RequestMetrics
  private readonly flow: FlowLimit

  constructor(
    private readonly server: ApiServer,
    private readonly options: FrontOptions,
  ) {
    this.metrics = new RequestMetrics(options.nowMs)
    this.flow = new FlowLimit(options.limits)
    const families = [...this.metrics.families, ...clusterMetrics(server, options.queues), ...processMetrics(options.nowMs())]
    server.morePaths = path => (path === '/metrics' ? { contentType: METRICS_TYPE, body: families.map(f => f.render()).join('') } : undefined)
  }

  /** What is behind a door gets all of it. */
  answer(door: Door): Answer {
    return createChain(door, this.parts())
  }

  /** A request for another protocol, which is answered elsewhere. */
  note(request: RawRequest, actor: Actor): NotedStream {
    return noteStream(this.parts(), request, actor)
  }

  private parts(): ChainParts {
    const { nowMs, alarm, newId, timeoutMs, audit, log, failed } = this.options
    return { nowMs, alarm, newId, timeoutMs, audit, log, failed, metrics: this.metrics, flow: this.flow, lasting: this.lasting }
  }

  /** It says that it is not ready any more, and ends what would last for ever. */
  shutDown(): void {
    this.server.shuttingDown = true
    this.server.hub?.close()
    for (const end of [...this.lasting]) end()
  }
}
