/** A cluster behind a URL, as the CLI sees it. */
import type { OpenOptions, ServerTarget, Session } from '../src/cli/access'
import { withProvider } from './auth-provider'
import { withPlugin } from './exec-credential'
import { HttpClient } from '../src/http/client/http-client'
import { proxyFor } from '../src/http/client/proxy-choice'
import { protocolsFrom } from '../src/http/client/upgrade'
import { Transport } from '../src/http/client/transport'

/** As kubectl names itself; servers take the part before the slash for the field manager. */
const USER_AGENT = `kubectl/v1.36.0 (${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}) kubottle`
/** How often a condition is looked at. */
const POLL_MS = 500
/** What Node's timers can count. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** Connects when first asked for something. */
export function openServer(target: ServerTarget, { warn, interrupt, log, metricsAsProtobuf }: OpenOptions): Session {
  const now = (): number => Date.now()
  const client = new HttpClient(new Transport(withPlugin(withProvider(target, now()), now()), USER_AGENT, log, undefined, proxyFor(new URL(target.url), target.proxyUrl, process.env)), warn, metricsAsProtobuf, protocolsFrom(process.env))
  return {
    client,
    clock: { now },
    discovery: undefined,
    settle: () => Promise.resolve(),
    async waitUntil(condition, timeoutMs) {
      const endMs = now() + timeoutMs
      for (;;) {
        if (await condition()) return true
        const left = endMs - now()
        if (left <= 0 || interrupt.aborted) return false
        await new Promise(done => setTimeout(done, Math.min(POLL_MS, left)))
      }
    },
    timer(ms) {
      const ended = new AbortController()
      if (ms !== Infinity) setTimeout(() => ended.abort(), Math.min(ms, MAX_TIMER_MS)).unref()
      return AbortSignal.any([ended.signal, interrupt])
    },
    own: undefined,
    close: () => Promise.resolve(),
  }
}
