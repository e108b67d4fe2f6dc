/** curl, as Debian's images and nginx's have it. */
import { X509Certificate } from 'node:crypto'
import { FileError } from '../files/file-system'
import type { ProcessContext, Program, Step } from '../program'
import { parseOptions } from './command'
import type { Exchange, Url } from './fetch'
import { begin, parseUrl, proceed } from './fetch'
import type { Response } from './http'
import { headerOf } from './http'
import { argumentsOf, exit, guarded } from './streams'

interface CurlState {
  failed?: number
  urls: string[]
  silent: boolean
  showError: boolean
  fail: boolean
  include: boolean
  headOnly: boolean
  follow: boolean
  verbose: boolean
  output: string | null
  remoteName: boolean
  writeOut: string | null
  method: string
  headers: [string, string][]
  body: string
  maxMs: number | null
  connectMs: number | null
  exchange: Exchange | null
  redirects: number
  insecure: boolean
  cacert: string | null
  /** `host:port:address` */
  resolve: string[]
  startedAtMs: number
  untilMs: number | null
}

const RESOLVER_TIMEOUT_MS = 10_000

export const curl = (): Program<CurlState> => guarded<CurlState>({
  start(ctx) {
    const options = parseOptions(argumentsOf(ctx, 'curl', 'gnu'), 'sSfiILvkgo:Ow:X:d:H:m:A:u:e:x:b:c:T:46Nq', {
      silent: 's', 'show-error': 'S', fail: 'f', include: 'i', head: 'I', location: 'L', verbose: 'v', insecure: 'k', output: 'o:', 'remote-name': 'O', 'write-out': 'w:', request: 'X:', data: 'd:', 'data-binary': 'd:', 'data-raw': 'd:', header: 'H:', 'max-time': 'm:', 'connect-timeout': 'C:', 'user-agent': 'A:', user: 'u:', retry: 'R:', cacert: 'K:', cert: 'E:', key: 'Y:', 'no-buffer': 'N', http1_1: 'h', resolve: 'r:', 'connect-to': 'j:', 'retry-delay': 'z:', 'fail-with-body': 'f', compressed: 'p',
    })
    const seconds = (letter: string): number | null => (options.has(letter) ? Number(options.value(letter)) * 1000 : null)
    const body = options.values('d').map(data => (data.startsWith('@') ? ctx.files.read(data.slice(1)).replace(/\n/g, '') : data)).join('&')
    const state: CurlState = {
      urls: options.rest, silent: options.has('s'), showError: options.has('S'), fail: options.has('f'), include: options.has('i'), headOnly: options.has('I'), follow: options.has('L'), verbose: options.has('v'), output: options.value('o') ?? null, remoteName: options.has('O'), writeOut: options.value('w') ?? null,
      method: options.value('X') ?? (options.has('I') ? 'HEAD' : options.has('d') ? 'POST' : 'GET'), headers: options.values('H').map(line => [line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()]), body, maxMs: seconds('m'), connectMs: seconds('C'), exchange: null, redirects: 0, insecure: options.has('k'), cacert: options.value('K') ?? null, resolve: [...options.values('r')], startedAtMs: ctx.now(), untilMs: null,
    }
    if (options.has('A')) state.headers.push(['User-Agent', options.value('A') as string])
    if (options.has('u')) state.headers.push(['Authorization', `Basic ${Buffer.from(options.value('u') as string, 'latin1').toString('base64')}`])
    if (state.urls.length === 0) {
      ctx.write(2, "curl: (2) no URL specified\ncurl: try 'curl --help' or 'curl --manual' for more information\n")
      state.failed = 2
    }
    return state
  },
  step(state, ctx): Step {
    for (;;) {
      const text = state.urls[0]
      if (text === undefined) return exit(0)
      const url = parseUrl(text)
      if (url === undefined) return die(state, ctx, 3, 'URL rejected: Malformed input to a URL function')
      if (!/^https?$/.test(url.scheme)) return die(state, ctx, 1, `Protocol "${url.scheme}" not supported`)
      if (state.exchange === null) {
        const started = connect(state, ctx, url)
        if (started !== undefined) return started
      }
      const distrusted = url.scheme === 'https' ? distrust(state, ctx, url) : undefined
      if (distrusted !== undefined) return distrusted
      const elapsed = Math.round(ctx.now() - state.startedAtMs)
      const event = proceed(state.exchange as Exchange, ctx, () => void (state.verbose && tellConnected(state.exchange as Exchange, ctx, url, state.method)))
      switch (event.kind) {
        case 'wait': return event.step
        case 'refused': case 'unreachable': return die(state, ctx, 7, `Failed to connect to ${url.host} port ${url.port} after ${elapsed} ms: Couldn't connect to server`)
        case 'timeout': return die(state, ctx, 28, state.maxMs === null && state.connectMs === null ? `Failed to connect to ${url.host} port ${url.port} after ${elapsed} ms: Couldn't connect to server` : (state.exchange as Exchange).fd < 0 ? `Connection timed out after ${elapsed} milliseconds` : `Operation timed out after ${elapsed} milliseconds with 0 bytes received`)
        case 'empty': return die(state, ctx, 52, 'Empty reply from server')
        case 'malformed': return die(state, ctx, 1, "Received HTTP/0.9 when not allowed")
        case 'response': {
          state.exchange = null
          const location = headerOf(event.response.headers, 'location')
          if (state.follow && location !== undefined && event.response.status >= 300 && event.response.status < 400 && state.redirects++ < 50) {
            state.urls[0] = location.startsWith('/') ? `${url.scheme}://${url.host}:${url.port}${location}` : location
            if (state.include || state.headOnly) ctx.write(1, headText(event.response))
            continue
          }
          const failed = deliver(state, ctx, url, event.response)
          if (failed !== undefined) return failed
          state.urls.shift()
          continue
        }
        default: return die(state, ctx, 6, `Could not resolve host: ${url.host}`)
      }
    }
  },
})

function connect(state: CurlState, ctx: ProcessContext, url: Url): Step | undefined {
  const limits = [state.maxMs, state.connectMs].filter((ms): ms is number => ms !== null)
  const exchange: Exchange = { url, ip: '', method: state.method, headers: [], body: state.body, fd: -1, data: '', untilMs: limits.length === 0 ? null : state.startedAtMs + Math.min(...limits) }
  const resolved = state.resolve.map(r => /^([^:]+):(\d+):\[?([^\]]+)\]?$/.exec(r)).find(m => m !== null && m[1] === url.host && Number(m[2]) === url.port)?.[3]
  const failure = resolved === undefined ? begin(exchange, ctx) : undefined
  if (resolved !== undefined) exchange.ip = resolved
  if (failure?.kind === 'noServer') {
    state.untilMs ??= exchange.untilMs ?? ctx.now() + RESOLVER_TIMEOUT_MS
    if (ctx.now() < state.untilMs) return { kind: 'wait', on: [{ until: 'time', atMs: state.untilMs }] }
  }
  if (failure !== undefined) return die(state, ctx, 6, `Could not resolve host: ${url.host}`)
  const given = (name: string): boolean => state.headers.some(([key]) => key.toLowerCase() === name)
  const isDefault = url.port === (url.scheme === 'https' ? 443 : 80)
  exchange.headers = [
    ...(given('host') ? [] : [['Host', isDefault ? url.host : `${url.host}:${url.port}`] as [string, string]]), ...(given('user-agent') ? [] : [['User-Agent', 'curl/7.88.1'] as [string, string]]), ...(given('accept') ? [] : [['Accept', '*/*'] as [string, string]]), ...state.headers,
    ...(state.body === '' ? [] : [['Content-Length', String(state.body.length)], ...(given('content-type') ? [] : [['Content-Type', 'application/x-www-form-urlencoded']])] as [string, string][]),
  ]
  if (state.verbose) ctx.write(2, `*   Trying ${exchange.ip}:${url.port}...\n`)
  state.exchange = exchange
  return undefined
}

function tellConnected(exchange: Exchange, ctx: ProcessContext, url: Url, method: string): void {
  ctx.write(2, `* Connected to ${url.host} (${exchange.ip}) port ${url.port} (#0)\n> ${method} ${url.path} HTTP/1.1\n${exchange.headers.map(([name, value]) => `> ${name}: ${value}\n`).join('')}> \n`)
}

const SELF_SIGNED = `SSL certificate problem: self-signed certificate
More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the web page mentioned above.`

const UNKNOWN_ISSUER = SELF_SIGNED.replace('self-signed certificate', 'unable to get local issuer certificate')

/** Looks at the certificate of whoever shows one (the ingress controller, the apiserver); undefined: it will do. */
function distrust(state: CurlState, ctx: ProcessContext, url: Url): Step | undefined {
  const exchange = state.exchange as Exchange
  const shown = exchange.fd < 0 ? ctx.sockets.certificate(exchange.ip, url.port, url.host) : undefined
  if (shown === undefined) return undefined
  const certificate = readCertificate(shown)
  if (state.verbose) ctx.write(2, `* Server certificate:\n*  subject: ${certificate?.subject ?? FAKE}\n*  issuer: ${certificate?.issuer ?? FAKE}\n`)
  if (state.insecure) return undefined
  const authorities = state.cacert !== null && ctx.files.exists(state.cacert) ? ctx.files.read(state.cacert) : ''
  if (state.cacert !== null && authorities === '') return die(state, ctx, 77, `error setting certificate verify locations:  CAfile: ${state.cacert} CApath: /etc/ssl/certs`)
  const trusted = shown !== '' && (authorities.includes(shown.trim()) || certificate?.isFrom(authorities) === true)
  if (!trusted) return die(state, ctx, 60, certificate === undefined || certificate.isOwn ? SELF_SIGNED : UNKNOWN_ISSUER)
  if (certificate?.names(url.host) === true) return undefined
  return die(state, ctx, 60, `SSL: no alternative certificate subject name matches target host name '${url.host}'`)
}

const FAKE = 'O=Acme Co; CN=Kubernetes Ingress Controller Fake Certificate'

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** Undefined for what is no certificate. */
function readCertificate(pem: string): { subject: string; issuer: string; isOwn: boolean; isFrom: (authorities: string) => boolean; names: (host: string) => boolean } | undefined {
  try {
    const found = new X509Certificate(pem)
    const line = (name: string): string => name.split('\n').join('; ')
    const isFrom = (authorities: string): boolean => (authorities.match(PEM) ?? []).some(text => {
      const authority = new X509Certificate(text)
      return found.checkIssued(authority) && found.verify(authority.publicKey)
    })
    return { subject: line(found.subject), issuer: line(found.issuer), isOwn: found.subject === found.issuer, isFrom, names: host => found.checkHost(host) !== undefined || found.checkIP(host) !== undefined }
  } catch {
    return undefined
  }
}

const headText = ({ version, status, reason, headers }: Response): string => `${version} ${status} ${reason}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`

function die(state: CurlState, ctx: ProcessContext, code: number, message: string): Step {
  if (!state.silent) meter(ctx, 0, state)
  if (!state.silent || state.showError) ctx.write(2, `curl: (${code}) ${message}\n`)
  if (state.writeOut !== null) ctx.write(1, writeOut(state.writeOut, 0, 0, ''))
  return exit(code)
}

/** Shown unless silent or stdout is a terminal. */
function meter(ctx: ProcessContext, size: number, state: CurlState): void {
  if (ctx.isTerminal(1) && state.output === null) return
  const n = String(size).padStart(5)
  ctx.write(2, `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0${size > 0 ? `\r100 ${n}  100 ${n}    0     0   ${String(size * 100).padStart(4)}      0 --:--:-- --:--:-- --:--:--  ${String(size * 100).padStart(4)}` : ''}\n`)
}

function writeOut(format: string, status: number, size: number, type: string): string {
  return format.replace(/\\n/g, '\n').replace(/\\t/g, '\t').replace(/%\{(\w+)\}/g, (_, name: string) => ({ http_code: String(status).padStart(3, '0'), response_code: String(status).padStart(3, '0'), size_download: String(size), content_type: type, time_total: '0.001', num_redirects: '0', exitcode: '0' })[name] ?? '').replace(/%%/g, '%')
}

function deliver(state: CurlState, ctx: ProcessContext, url: Url, response: Response): Step | undefined {
  if (state.verbose) ctx.write(2, `${headText(response).replace(/\r/g, '').split('\n').slice(0, -1).map(line => `< ${line}\n`).join('')}`)
  if (state.fail && response.status >= 400) return die(state, ctx, 22, `The requested URL returned error: ${response.status}`)
  const text = (state.include || state.headOnly ? headText(response) : '') + response.body
  if (!state.silent) meter(ctx, response.body.length, state)
  const file = state.output ?? (state.remoteName ? (url.path.split('/').at(-1) || 'index.html') : null)
  if (file === null || file === '-') ctx.write(1, text)
  else if (file !== '/dev/null') {
    try {
      ctx.files.write(file, text)
    } catch (e) {
      if (!(e instanceof FileError)) throw e
      return die(state, ctx, 23, 'Failure writing output to destination')
    }
  }
  if (state.writeOut !== null) ctx.write(1, writeOut(state.writeOut, response.status, response.body.length, headerOf(response.headers, 'content-type') ?? ''))
  return undefined
}
