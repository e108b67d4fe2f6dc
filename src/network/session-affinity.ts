/** Sessions that stick: a caller comes back to the endpoint that it was led to, until it has been away for the Service's time-out. upstream: pkg/proxy/iptables (xt_recent) */
import type { Memory } from '../client/controller'

export interface Session {
  /** `namespace/name` */
  readonly service: string
  /** A Service made anew under an old name remembers nobody. */
  readonly uid: string
  readonly caller: string
  readonly timeoutMs: number
}

interface Kept {
  uid: string
  /** By caller: the endpoint's address, and when the session ends. */
  sessions: Record<string, [ip: string, untilMs: number]>
}

/** The caller's endpoint, which must be among `usable`; otherwise a new one. Every connection begins the time-out anew. */
export function remembered(memory: Memory, { service, uid, caller, timeoutMs }: Session, nowMs: number, usable: readonly string[], choose: () => string): string {
  const kept = memory.get<Kept>(service)
  const sessions: Kept['sessions'] = {}
  if (kept?.uid === uid) for (const name in kept.sessions) if ((kept.sessions[name] as [string, number])[1] >= nowMs) sessions[name] = kept.sessions[name] as [string, number]
  const known = sessions[caller]?.[0]
  const ip = known !== undefined && usable.includes(known) ? known : choose()
  sessions[caller] = [ip, nowMs + timeoutMs]
  memory.put(service, { uid, sessions } satisfies Kept)
  return ip
}
