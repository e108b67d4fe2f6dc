/** busybox wget (and, in GNU's words where they differ much, wget of Debian images). */
import { FileError } from '../files/file-system'
import type { ProcessContext, Program, Step } from '../program'
import { parseOptions } from './command'
import type { Exchange, Url } from './fetch'
import { begin, parseUrl, proceed } from './fetch'
import { headerOf } from './http'
import { argumentsOf, exit, guarded } from './streams'

interface WgetState {
  failed?: number
  urls: string[]
  quiet: boolean
  /** It was told not to look at certificates. */
  unchecked: boolean
  spider: boolean
  showHeaders: boolean
  output: string | null
  directory: string | null
  method: string
  headers: [string, string][]
  body: string
  timeoutMs: number | null
  exchange: Exchange | null
  redirects: number
  /** When the look-up gives up (no name server). */
  untilMs: number | null
}

const MAX_REDIRECTS = 20
/** Two tries of five seconds each. */
const RESOLVER_TIMEOUT_MS = 10_000

export const wget = (): Program<WgetState> => guarded<WgetState>({
  start(ctx) {
    const options = parseOptions(argumentsOf(ctx, 'wget', 'busybox'), 'qO:T:P:U:Y:ScsnNt:o:', {
      quiet: 'q', 'output-document': 'O:', timeout: 'T:', spider: 's', header: 'H:', 'post-data': 'D:', 'post-file': 'F:', 'no-check-certificate': 'n', 'user-agent': 'U:', 'server-response': 'S', 'directory-prefix': 'P:', tries: 't:', method: 'M:', 'body-data': 'D:',
    })
    const state: WgetState = {
      urls: options.rest, quiet: options.has('q'), unchecked: options.has('n'), spider: options.has('s'), showHeaders: options.has('S'), output: options.value('O') ?? null, directory: options.value('P') ?? null, method: options.value('M') ?? (options.has('D') ? 'POST' : options.has('s') ? 'HEAD' : 'GET'),
      headers: options.values('H').map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]), body: options.value('D') ?? '', timeoutMs: options.has('T') ? Number(options.value('T')) * 1000 : null, exchange: null, redirects: 0, untilMs: null,
    }
    if (state.urls.length === 0) {
      ctx.write(2, 'BusyBox v1.36.1 (2024-09-26 21:31:42 UTC) multi-call binary.\n\nUsage: wget [-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]\n')
      state.failed = 1
    }
    if (options.value('U') !== undefined) state.headers.push(['User-Agent', options.value('U') as string])
    return state
  },
  step(state, ctx): Step {
    for (;;) {
      const text = state.urls[0]
      if (text === undefined) return exit(0)
      const url = parseUrl(text)
      if (url === undefined || !/^(https?|ftp)$/.test(url.scheme)) return die(ctx, url === undefined ? `bad address '${text}'` : `not an http or ftp url: ${text}`)
      if (state.exchange === null) {
        const started = connect(state, ctx, url)
        if (started !== undefined) return started
      }
      const event = proceed(state.exchange as Exchange, ctx)
      switch (event.kind) {
        case 'wait': return event.step
        case 'refused': return die(ctx, `can't connect to remote host (${event.ip}): Connection refused`)
        case 'unreachable': return die(ctx, `can't connect to remote host (${event.ip}): No route to host`)
        case 'timeout': return die(ctx, state.timeoutMs === null ? `can't connect to remote host (${event.ip}): Connection timed out` : 'download timed out')
        case 'empty': case 'malformed': return die(ctx, 'error getting response')
        case 'response': {
          const { response } = event
          if (state.showHeaders) for (const line of [`${response.version} ${response.status} ${response.reason}`, ...response.headers.map(([name, value]) => `${name}: ${value}`)]) ctx.write(2, `  ${line}\n`)
          state.exchange = null
          const location = headerOf(response.headers, 'location')
          if ([301, 302, 303, 307, 308].includes(response.status) && location !== undefined) {
            if (++state.redirects > MAX_REDIRECTS) return die(ctx, 'too many redirections')
            state.urls[0] = location.startsWith('/') ? `${url.scheme}://${url.host}:${url.port}${location}` : location
            continue
          }
          if (response.status < 200 || response.status >= 300) return die(ctx, `server returned error: ${response.version} ${response.status} ${response.reason}`)
          const failed = save(state, ctx, url, response.body)
          if (failed !== undefined) return failed
          state.urls.shift()
          continue
        }
        default: return die(ctx, `bad address '${url.host}'`)
      }
    }
  },
})

const die = (ctx: ProcessContext, message: string): Step => {
  ctx.write(2, `wget: ${message}\n`)
  return exit(1)
}

function connect(state: WgetState, ctx: ProcessContext, url: Url): Step | undefined {
  const exchange: Exchange = { url, ip: '', method: state.method, headers: [], body: state.body, fd: -1, data: '', untilMs: state.timeoutMs === null ? null : ctx.now() + state.timeoutMs }
  const failure = begin(exchange, ctx)
  if (failure?.kind === 'noServer') {
    state.untilMs ??= ctx.now() + RESOLVER_TIMEOUT_MS
    if (ctx.now() < state.untilMs) return { kind: 'wait', on: [{ until: 'time', atMs: state.untilMs }] }
  }
  if (failure !== undefined) return die(ctx, `bad address '${url.host}'`)
  const isDefault = url.port === (url.scheme === 'https' ? 443 : 80)
  const given = (wanted: string): boolean => state.headers.some(([name]) => name.toLowerCase() === wanted)
  exchange.headers = [...(given('host') ? [] : [['Host', isDefault ? url.host : `${url.host}:${url.port}`] as [string, string]]), ...(given('user-agent') ? [] : [['User-Agent', 'Wget'] as [string, string]]), ['Connection', 'close'], ...state.headers, ...(state.body === '' ? [] : [['Content-Type', 'application/x-www-form-urlencoded'], ['Content-Length', String(state.body.length)]] as [string, string][])]
  if (!state.quiet) ctx.write(2, `Connecting to ${url.host}${isDefault ? '' : `:${url.port}`} (${exchange.ip}:${url.port})\n`)
  if (url.scheme === 'https' && !state.unchecked) ctx.write(2, 'wget: note: TLS certificate validation not implemented\n')
  state.exchange = exchange
  return undefined
}

function save(state: WgetState, ctx: ProcessContext, url: Url, body: string): Step | undefined {
  if (state.spider) {
    if (!state.quiet) ctx.write(2, 'remote file exists\n')
    return undefined
  }
  const name = state.output ?? (url.path.split('?')[0]?.split('/').at(-1) || 'index.html')
  const bar = (label: string): string => `${label.slice(0, 20).padEnd(20)} 100% |${'*'.repeat(32)}| ${String(body.length).padStart(5)}  0:00:00 ETA\n`
  if (name === '-') {
    if (!state.quiet) ctx.write(2, 'writing to stdout\n')
    ctx.write(1, body)
    if (!state.quiet) ctx.write(2, `${bar('-')}written to stdout\n`)
    return undefined
  }
  const path = state.directory === null ? name : `${state.directory}/${name}`
  if (state.output === null && ctx.files.exists(path)) return die(ctx, `can't open '${name}': File exists`)
  if (!state.quiet) ctx.write(2, `saving to '${path}'\n`)
  try {
    if (path === '/dev/null') return undefined
    ctx.files.write(path, body)
  } catch (e) {
    if (!(e instanceof FileError)) throw e
    return die(ctx, `can't open '${path}': ${e.message}`)
  }
  if (!state.quiet) ctx.write(2, `${bar(name)}'${path}' saved\n`)
  return undefined
}
