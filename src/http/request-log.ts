/** A line a request. upstream: apiserver/pkg/server/httplog */
import { microTimestamp } from '../base/clock'
import { goQuote } from '../base/field'
import { durationText } from '../base/duration'
import type { RawRequest } from '../client/client'
import type { RequestInfo } from './request-info'

/** Called when a request is answered, or its stream has ended. */
export type RequestLog = (request: RawRequest, info: RequestInfo | undefined, auditId: string, code: number, nowMs: number, tookMs: number) => void

export const requestLog = (write: (line: string) => void): RequestLog => (request, info, auditId, code, nowMs, tookMs) => {
  const { path, method, userAgent = '', remote = '', contentType = '' } = request
  write(`${microTimestamp(nowMs)} "HTTP" verb=${goQuote(info?.reported ?? method)} URI=${goQuote(path)} latency="${durationText(tookMs)}" userAgent=${goQuote(userAgent)} contentType=${goQuote(contentType)} audit-ID=${goQuote(auditId)} srcIP=${goQuote(remote)} resp=${code}\n`)
}
