/** `kubectl logs`. upstream: kubectl/pkg/cmd/logs */
import { UsageError } from '../../base/errors'
import { StatusError } from '../../base/status'
import type { Pod } from '../../kinds/schema/types/core.v1'
import { resourceOf } from '../resource-of'
import type { LogQuery, Options } from './options'
import { requestsOf, type LogRequest } from './requests'

const RETRY_MS = 1_000

/** Throws UsageError, StatusError. */
export async function run(options: Options): Promise<void> {
  const requests = await requestsOf(options)
  const several = options.query.follow && requests.length > 1
  if (several && requests.length > options.maxRequests) {
    throw new UsageError(`you are attempting to follow ${requests.length} log streams, but maximum allowed concurrency is ${options.maxRequests}, use --max-log-requests to increase the limit`)
  }
  if (several) await Promise.all(requests.map(request => consume(request, options)))
  else for (const request of requests) await consume(request, options)
}

/** One log to its end; a follower that fails tries again for a while. upstream: consumeWithRetry */
async function consume(request: LogRequest, options: Options): Promise<void> {
  const { io, session, ignoreErrors, query, timeoutMs } = options
  const attempt = async (): Promise<unknown> => {
    try {
      await read(request, options)
      return undefined
    } catch (error) {
      return error
    }
  }
  const endMs = session.clock.now() + timeoutMs
  for (;;) {
    const error = await attempt()
    if (error === undefined) return
    const message = error instanceof Error ? error.message : String(error)
    if (ignoreErrors) return io.stdout(`error: ${message}\n`)
    if (!query.follow) throw error
    io.stderr(`${message}\n`)
    if (!(error instanceof StatusError)) throw error
    if (session.clock.now() >= endMs) throw new UsageError('context deadline exceeded')
    await session.waitUntil(async () => false, RETRY_MS)
  }
}

/** Whole lines, so that several followers do not mix; what is left at the end comes as it is. */
async function read({ pod, container }: LogRequest, { session, io, query, prefix }: Options): Promise<void> {
  const before = prefix ? Buffer.from(`[pod/${pod.metadata.name}/${container}] `) : undefined
  let rest: Uint8Array = new Uint8Array()
  const stdout = (chunk: Uint8Array): void => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const end = bytes.lastIndexOf(NEWLINE) + 1
    rest = bytes.subarray(end)
    if (end > 0) io.stdout(before === undefined ? bytes.subarray(0, end) : prefixed(bytes.subarray(0, end), before))
  }
  await session.client.connect(resourceOf<Pod>('v1', 'Pod'), pod, 'log', { query: queryOf(query, container), stdout, signal: io.interrupt })
  if (rest.length > 0) io.stdout(before === undefined ? rest : prefixed(rest, before))
}

const NEWLINE = 0x0a

function prefixed(bytes: Uint8Array, before: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = []
  for (let at = 0; at < bytes.length;) {
    const found = bytes.indexOf(NEWLINE, at)
    const end = found < 0 ? bytes.length : found + 1
    parts.push(before, bytes.subarray(at, end))
    at = end
  }
  return Buffer.concat(parts)
}

function queryOf({ follow, previous, timestamps, sinceSeconds, sinceTime, tailLines, limitBytes, insecureSkipTLSVerifyBackend }: LogQuery, container: string): Record<string, string> {
  const query: Record<string, string> = { container }
  if (follow) query.follow = 'true'
  if (previous) query.previous = 'true'
  if (timestamps) query.timestamps = 'true'
  if (sinceSeconds !== undefined) query.sinceSeconds = String(sinceSeconds)
  if (sinceTime !== undefined) query.sinceTime = sinceTime
  if (tailLines !== undefined) query.tailLines = String(tailLines)
  if (limitBytes !== undefined) query.limitBytes = String(limitBytes)
  if (insecureSkipTLSVerifyBackend === true) query.insecureSkipTLSVerifyBackend = 'true'
  return query
}
