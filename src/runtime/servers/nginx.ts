/** nginx: start-up lines, answers by its configuration, logs, reload and graceful end. */
import { parseUrl } from '../commands/fetch'
import type { Request } from '../commands/http'
import { contentType, headerOf, httpDate, parseResponse, pathOf } from '../commands/http'
import { formatDate } from '../commands/date'
import { exit } from '../commands/streams'
import { FileError } from '../files/file-system'
import type { ProcessContext, Program, Step } from '../program'
import type { Answer, ServerState } from './http-server'
import { serve } from './http-server'
import type { Directive, HttpConfig, Location, Server } from './nginx-config'
import { chooseLocation, chooseServer, ConfigError, httpConfig, readConfig } from './nginx-config'

interface NginxState extends ServerState {
  failed?: number
  ports: { [fd: string]: number }
  config: HttpConfig
  requests: number
  quitting?: 'TERM' | 'QUIT'
}

const REASONS: Record<number, string> = { 200: 'OK', 201: 'Created', 204: 'No Content', 301: 'Moved Permanently', 302: 'Moved Temporarily', 303: 'See Other', 304: 'Not Modified', 307: 'Temporary Redirect', 308: 'Permanent Redirect', 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 405: 'Not Allowed', 413: 'Request Entity Too Large', 418: '', 429: 'Too Many Requests', 500: 'Internal Server Error', 501: 'Not Implemented', 502: 'Bad Gateway', 503: 'Service Temporarily Unavailable', 504: 'Gateway Time-out' }
const WORKER = 29

/** `1.25.5:built`: the version, and whether it tells who built it. */
export function nginx(parameters: string): Program<NginxState> {
  const [version, built] = parameters.split(':') as [string, string | undefined]
  const banner = `nginx/${version}`
  return {
    start(ctx) {
      const state: NginxState = { listeners: [], connections: [], ports: {}, config: { servers: [], directives: [] }, requests: 0 }
      const args = ctx.argv.slice(1)
      const value = (flag: string): string | undefined => (args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined)
      if (args.includes('-v') || args.includes('-V')) {
        ctx.write(2, `nginx version: ${banner}\n`)
        return { ...state, failed: 0 }
      }
      const path = value('-c') ?? '/etc/nginx/nginx.conf'
      const signal = value('-s')
      if (signal !== undefined) return { ...state, failed: control(ctx, signal) }
      const testing = args.includes('-t') || args.includes('-T')
      try {
        state.config = httpConfig(readConfig(ctx, path))
      } catch (e) {
        if (!(e instanceof ConfigError)) throw e
        ctx.write(2, `${testing ? 'nginx: ' : `${logTime(ctx)} `}[emerg] ${testing ? '' : `${ctx.pid}#${ctx.pid}: `}${e.message}\n${testing ? '' : `nginx: [emerg] ${e.message}\n`}${testing ? `nginx: configuration file ${path} test failed\n` : ''}`)
        return { ...state, failed: 1 }
      }
      if (testing) {
        ctx.write(2, `nginx: the configuration file ${path} syntax is ok\nnginx: configuration file ${path} test is successful\n`)
        if (args.includes('-T')) ctx.write(1, `# configuration file ${path}:\n${ctx.files.read(path)}\n`)
        return { ...state, failed: 0 }
      }
      const failed = listen(state, ctx)
      if (failed !== undefined) return { ...state, failed }
      notice(ctx, 'using the "epoll" event method')
      notice(ctx, banner)
      if (built !== undefined) notice(ctx, 'built by gcc 12.2.0 (Debian 12.2.0-14+deb12u1) ')
      notice(ctx, `OS: Linux ${ctx.facts.node.kernelVersion}`)
      notice(ctx, 'getrlimit(RLIMIT_NOFILE): 1048576:1048576')
      notice(ctx, 'start worker processes')
      for (let i = 0; i < ctx.facts.node.cpus; i++) notice(ctx, `start worker process ${WORKER + i}`)
      return state
    },
    step(state, ctx): Step {
      if (state.failed !== undefined) return exit(state.failed)
      if (state.quitting !== undefined) {
        notice(ctx, `signal 17 (SIGCHLD) received from ${WORKER}`)
        notice(ctx, `worker process ${WORKER} exited with code 0`)
        notice(ctx, 'exit')
        return exit(0)
      }
      return serve(state, ctx, (request, ip, listener) => handle(state, ctx, banner, request, ip, state.ports[listener] ?? 80), () => plain(ctx, banner, 400))
    },
    signal(state, ctx, name) {
      if (state.failed !== undefined) return 'default'
      if (name === 'HUP') {
        notice(ctx, 'signal 1 (SIGHUP) received from 0, reconfiguring')
        notice(ctx, 'reconfiguring')
        try {
          state.config = httpConfig(readConfig(ctx, '/etc/nginx/nginx.conf'))
        } catch (e) {
          if (!(e instanceof ConfigError)) throw e
          ctx.write(2, `${logTime(ctx)} [emerg] ${ctx.pid}#${ctx.pid}: ${e.message}\n`)
        }
        return 'handled'
      }
      if (name === 'QUIT' || name === 'TERM' || name === 'INT') {
        notice(ctx, name === 'QUIT' ? 'signal 3 (SIGQUIT) received, shutting down' : `signal ${name === 'TERM' ? '15 (SIGTERM)' : '2 (SIGINT)'} received, exiting`)
        if (name === 'QUIT') worker(ctx, 'gracefully shutting down')
        worker(ctx, 'exiting')
        worker(ctx, 'exit')
        state.quitting = name === 'QUIT' ? 'QUIT' : 'TERM'
        return 'handled'
      }
      return name === 'KILL' ? 'default' : 'ignored'
    },
    usage: () => ({ cpuMillis: 0, memoryBytes: 3_600_000 }),
  }
}

const logTime = (ctx: ProcessContext): string => formatDate('%Y/%m/%d %H:%M:%S', ctx.now())
const notice = (ctx: ProcessContext, text: string): void => void ctx.write(2, `${logTime(ctx)} [notice] ${ctx.pid}#${ctx.pid}: ${text}\n`)
const worker = (ctx: ProcessContext, text: string): void => void ctx.write(2, `${logTime(ctx)} [notice] ${WORKER}#${WORKER}: ${text}\n`)

/** `nginx -s quit|stop|reload`: a signal to the master. */
function control(ctx: ProcessContext, signal: string): number {
  const name = { stop: 'TERM', quit: 'QUIT', reload: 'HUP', reopen: 'USR1' }[signal] as 'TERM' | 'QUIT' | 'HUP' | 'USR1' | undefined
  if (name === undefined) {
    ctx.write(2, `nginx: invalid option: "-s ${signal}"\n`)
    return 1
  }
  const master = ctx.processes.list().find(p => p.pid !== ctx.pid && /(^|\/)nginx(:|$)/.test(p.argv[0] ?? ''))
  if (master === undefined) {
    ctx.write(2, `${logTime(ctx)} [error] ${ctx.pid}#${ctx.pid}: open() "/var/run/nginx.pid" failed (2: No such file or directory)\nnginx: [error] open() "/var/run/nginx.pid" failed (2: No such file or directory)\n`)
    return 1
  }
  ctx.write(2, `${logTime(ctx)} [notice] ${ctx.pid}#${ctx.pid}: signal process started\n`)
  ctx.processes.kill(master.pid, name)
  return 0
}

function listen(state: NginxState, ctx: ProcessContext): number | undefined {
  const wanted = new Map<number, string>()
  for (const server of state.config.servers) for (const { address, port } of server.listens) if (!address.startsWith('[') || !wanted.has(port)) wanted.set(port, address.startsWith('[') ? '::' : address)
  for (const [port, address] of wanted) {
    const fd = ctx.sockets.listen(address, port)
    if (fd === undefined) {
      // It tries five times, then gives up.
      for (let i = 0; i < 5; i++) ctx.write(2, `nginx: [emerg] bind() to ${address}:${port} failed (98: Address already in use)\n`)
      ctx.write(2, 'nginx: [emerg] still could not bind()\n')
      return 1
    }
    state.listeners.push(fd)
    state.ports[fd] = port
  }
  return undefined
}

function plain(ctx: ProcessContext, banner: string, status: number): Answer {
  const reason = REASONS[status] ?? ''
  const title = `${status}${status === 302 ? ' Found' : reason === '' ? '' : ` ${reason}`}`
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>${banner}</center>\r\n</body>\r\n</html>\r\n`
  return { status, reason, headers: [['Server', banner], ['Date', httpDate(ctx.now())], ['Content-Type', 'text/html'], ['Content-Length', String(body.length)], ['Connection', status === 400 ? 'close' : 'keep-alive']], body }
}

/** The innermost directive of a name. */
function directive(name: string, location: Location | undefined, server: Server, config: HttpConfig): Directive | undefined {
  for (const level of [location?.directives ?? [], server.directives, config.directives]) {
    const found = level.findLast(d => d.name === name)
    if (found !== undefined) return found
  }
  return undefined
}

function handle(state: NginxState, ctx: ProcessContext, banner: string, request: Request, ip: string, port: number): Answer {
  state.requests++
  const server = chooseServer(state.config, port, headerOf(request.headers, 'host') ?? '')
  const path = pathOf(request.target)
  const result = server === undefined || path === undefined ? plain(ctx, banner, 400) : respond(state, ctx, banner, request, ip, server, path, 0)
  const quiet = server !== undefined && directive('access_log', chooseLocation(server, path ?? '/'), server, state.config)?.args[0] === 'off'
  if (!quiet) {
    const sent = request.method === 'HEAD' ? 0 : result.body.length
    ctx.write(1, `${ip} - - [${formatDate('%d/%b/%Y:%H:%M:%S %z', ctx.now())}] "${request.method} ${request.target} ${request.version}" ${result.status} ${sent} "${headerOf(request.headers, 'referer') ?? '-'}" "${headerOf(request.headers, 'user-agent') ?? '-'}" "${headerOf(request.headers, 'x-forwarded-for') ?? '-'}"\n`)
  }
  return result
}

const MAX_REWRITES = 10

function respond(state: NginxState, ctx: ProcessContext, banner: string, request: Request, ip: string, server: Server, path: string, depth: number): Answer {
  const location = chooseLocation(server, path)
  const expand = (text: string): string => text.replace(/\$\{?(\w+)\}?/g, (_, name: string) => variable(name, ctx, request, ip, server, path))
  const error = (status: number): Answer => errorPage(state, ctx, banner, request, ip, server, location, status, depth)
  const returned = (location?.directives ?? []).find(d => d.name === 'return') ?? server.directives.find(d => d.name === 'return')
  if (returned !== undefined) {
    const [first = '', second] = returned.args
    const status = /^\d{3}$/.test(first) ? Number(first) : 302
    const text = expand(/^\d{3}$/.test(first) ? (second ?? '') : first)
    if (status >= 300 && status < 400 && status !== 304) {
      const answer = plain(ctx, banner, status)
      return { ...answer, headers: [...answer.headers, ['Location', text.startsWith('/') ? `http://${headerOf(request.headers, 'host') ?? 'localhost'}${text}` : text]] }
    }
    if (second === undefined && status >= 400) return error(status)
    return { status, reason: REASONS[status] ?? '', headers: withAdded(ctx, banner, directive('default_type', location, server, state.config)?.args[0] ?? 'text/plain', text, location, server, state.config, expand), body: text }
  }
  const proxy = location?.directives.find(d => d.name === 'proxy_pass')
  if (proxy !== undefined) return proxyTo(ctx, banner, expand(proxy.args[0] ?? ''), request, location as Location, path, error, ip)
  if (request.method !== 'GET' && request.method !== 'HEAD') return error(405)
  return file(state, ctx, banner, request, ip, server, location, path, depth, expand, error)
}

function file(state: NginxState, ctx: ProcessContext, banner: string, request: Request, ip: string, server: Server, location: Location | undefined, path: string, depth: number, expand: (text: string) => string, error: (status: number) => Answer): Answer {
  const root = expand(directive('root', location, server, state.config)?.args[0] ?? '/etc/nginx/html')
  const alias = location?.directives.find(d => d.name === 'alias')?.args[0]
  const place = (p: string): string => (alias === undefined ? `${root.replace(/\/$/, '')}${p}` : `${expand(alias)}${p.slice((location as Location).path.length)}`.replace(/\/{2,}/g, '/'))
  const tries = location?.directives.find(d => d.name === 'try_files') ?? (location === undefined ? server.directives.find(d => d.name === 'try_files') : undefined)
  if (tries !== undefined && depth < MAX_REWRITES) {
    const candidates = tries.args.map(expand)
    const last = candidates.pop() as string
    const hit = candidates.find(c => ctx.files.exists(place(c)) && (ctx.files.stat(place(c)).type === 'dir') === c.endsWith('/'))
    if (hit === undefined) return last.startsWith('=') ? error(Number(last.slice(1))) : respond(state, ctx, banner, request, ip, server, last, depth + 1)
    path = hit
  }
  let target = place(path)
  try {
    if (ctx.files.stat(target).type === 'dir') {
      if (!path.endsWith('/')) {
        const answer = plain(ctx, banner, 301)
        return { ...answer, headers: [...answer.headers, ['Location', `http://${headerOf(request.headers, 'host') ?? 'localhost'}${path}/`]] }
      }
      const index = (directive('index', location, server, state.config)?.args ?? ['index.html']).find(name => ctx.files.exists(`${target}${name}`))
      if (index === undefined) {
        ctx.write(2, `${logTime(ctx)} [error] ${WORKER}#${WORKER}: *${state.requests} directory index of "${target}" is forbidden, client: ${ip}, server: ${server.names[0] ?? ''}, request: "${request.method} ${request.target} ${request.version}", host: "${headerOf(request.headers, 'host') ?? ''}"\n`)
        return error(403)
      }
      target += index
    }
    const body = ctx.files.read(target)
    const modified = ctx.files.stat(target).mtimeMs
    const headers = withAdded(ctx, banner, contentType(target, directive('default_type', location, server, state.config)?.args[0] ?? 'application/octet-stream'), body, location, server, state.config, expand)
    return { status: 200, reason: 'OK', headers: [...headers.slice(0, 4), ['Last-Modified', httpDate(modified)], ...headers.slice(4), ['ETag', `"${Math.floor(modified / 1000).toString(16)}-${body.length.toString(16)}"`], ['Accept-Ranges', 'bytes']], body }
  } catch (e) {
    if (!(e instanceof FileError)) throw e
    ctx.write(2, `${logTime(ctx)} [error] ${WORKER}#${WORKER}: *${state.requests} open() "${target}" failed (${e.code === 'EACCES' ? '13: Permission denied' : e.code === 'ENOTDIR' ? '20: Not a directory' : '2: No such file or directory'}), client: ${ip}, server: ${server.names[0] ?? ''}, request: "${request.method} ${request.target} ${request.version}", host: "${headerOf(request.headers, 'host') ?? ''}"\n`)
    return error(e.code === 'EACCES' ? 403 : 404)
  }
}

function withAdded(ctx: ProcessContext, banner: string, type: string, body: string, location: Location | undefined, server: Server, config: HttpConfig, expand: (text: string) => string): (readonly [string, string])[] {
  const own = location?.directives.filter(d => d.name === 'add_header') ?? []
  const added = own.length > 0 ? own : [...config.directives, ...server.directives].filter(d => d.name === 'add_header')
  return [['Server', banner], ['Date', httpDate(ctx.now())], ['Content-Type', type], ['Content-Length', String(body.length)], ['Connection', 'keep-alive'], ...added.map(d => [d.args[0] ?? '', expand(d.args[1] ?? '')] as const)]
}

function errorPage(state: NginxState, ctx: ProcessContext, banner: string, request: Request, ip: string, server: Server, location: Location | undefined, status: number, depth: number): Answer {
  const page = directive('error_page', location, server, state.config)
  const target = page?.args.slice(0, -1).includes(String(status)) ? page.args.at(-1) : undefined
  if (target === undefined || depth >= MAX_REWRITES || !target.startsWith('/')) return plain(ctx, banner, status)
  const answer = respond(state, ctx, banner, { ...request, method: 'GET' }, ip, server, target, MAX_REWRITES)
  return answer.status === 200 ? { ...answer, status, reason: REASONS[status] ?? '' } : plain(ctx, banner, status)
}

/** One request to another server, answered at once: the servers of this simulation do not keep a proxy waiting. */
function proxyTo(ctx: ProcessContext, banner: string, target: string, request: Request, location: Location, path: string, error: (status: number) => Answer, ip: string): Answer {
  const url = parseUrl(target)
  if (url === undefined) return error(500)
  const found = ctx.sockets.lookup(url.host)
  const connection = found.kind === 'found' ? ctx.sockets.connect(found.ips[0] as string, url.port) : undefined
  if (connection?.kind !== 'connected') {
    ctx.write(2, `${logTime(ctx)} [error] ${WORKER}#${WORKER}: *1 ${found.kind === 'found' ? 'connect() failed (111: Connection refused) while connecting to upstream' : `${url.host} could not be resolved (3: Host not found)`}, client: ${ip}, server: , request: "${request.method} ${request.target} ${request.version}", upstream: "${target}"\n`)
    return error(connection?.kind === 'timeout' ? 504 : 502)
  }
  const hasPath = /^https?:\/\/[^/]+\//.test(target)
  const query = request.target.includes('?') ? request.target.slice(request.target.indexOf('?')) : ''
  const onward = hasPath ? url.path + path.slice(location.path.length) + query : request.target
  const headers = [['Host', url.host], ['Connection', 'close'], ...request.headers.filter(([name]) => !/^(host|connection)$/i.test(name)), ['X-Forwarded-For', ip]] as [string, string][]
  ctx.write(connection.fd, `${request.method} ${onward} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${request.body}`)
  ctx.sockets.answerNow(connection.fd)
  let data = ''
  for (let piece = ctx.read(connection.fd); piece !== undefined && piece !== ''; piece = ctx.read(connection.fd)) data += piece
  ctx.processes.close(connection.fd)
  const parsed = parseResponse(data, true)
  if (parsed === undefined || parsed === 'malformed') return error(502)
  const { status, reason, body } = parsed.response
  const kept = parsed.response.headers.filter(([name]) => !/^(server|date|connection|content-length|transfer-encoding)$/i.test(name))
  return { status, reason, headers: [['Server', banner], ['Date', httpDate(ctx.now())], ['Content-Length', String(body.length)], ['Connection', 'keep-alive'], ...kept], body }
}

function variable(name: string, ctx: ProcessContext, request: Request, ip: string, server: Server, path: string): string {
  const host = headerOf(request.headers, 'host')?.replace(/:\d+$/, '')
  switch (name) {
    case 'host': return host ?? server.names[0] ?? ''
    case 'http_host': return headerOf(request.headers, 'host') ?? ''
    case 'hostname': return ctx.facts.hostname
    case 'uri': case 'document_uri': return path
    case 'request_uri': return request.target
    case 'args': case 'query_string': return request.target.split('?')[1] ?? ''
    case 'is_args': return request.target.includes('?') ? '?' : ''
    case 'remote_addr': return ip
    case 'request_method': return request.method
    case 'scheme': return 'http'
    case 'server_name': return server.names[0] ?? ''
    case 'server_addr': return ctx.facts.podIP
    case 'server_port': return String(server.listens[0]?.port ?? 80)
    case 'request': return `${request.method} ${request.target} ${request.version}`
    case 'time_local': return formatDate('%d/%b/%Y:%H:%M:%S %z', ctx.now())
    case 'time_iso8601': return formatDate('%Y-%m-%dT%H:%M:%S%:z', ctx.now())
    case 'proxy_add_x_forwarded_for': return ip
    default: return name.startsWith('http_') ? (headerOf(request.headers, name.slice(5).replaceAll('_', '-')) ?? '') : ''
  }
}

/** docker-entrypoint.sh of the nginx image: prepares, then becomes what its arguments say. */
export const nginxEntrypoint: Program<null> = {
  start: () => null,
  step(_state, ctx): Step {
    const argv = ctx.argv.slice(ctx.argv.findIndex(arg => arg.endsWith('docker-entrypoint.sh')) + 1)
    if (argv[0] === 'nginx' || argv[0] === 'nginx-debug') {
      const say = (text: string): boolean => ctx.write(1, `${text}\n`)
      const conf = '/etc/nginx/conf.d/default.conf'
      say('/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration')
      say('/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/')
      say('/docker-entrypoint.sh: Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh')
      if (!ctx.files.exists(conf)) say(`10-listen-on-ipv6-by-default.sh: info: ${conf} is not a file or does not exist`)
      else if (!ctx.files.access(conf, 'w')) say(`10-listen-on-ipv6-by-default.sh: info: can not modify ${conf} (read-only file system?)`)
      else {
        say(`10-listen-on-ipv6-by-default.sh: info: Getting the checksum of ${conf}`)
        say(ctx.files.read(conf).includes('listen  [::]:80;') ? `10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in ${conf}` : `10-listen-on-ipv6-by-default.sh: info: ${conf} differs from the packaged version`)
      }
      say('/docker-entrypoint.sh: Sourcing /docker-entrypoint.d/15-local-resolvers.envsh')
      say('/docker-entrypoint.sh: Launching /docker-entrypoint.d/20-envsubst-on-templates.sh')
      templates(ctx, say)
      say('/docker-entrypoint.sh: Launching /docker-entrypoint.d/30-tune-worker-processes.sh')
      say('/docker-entrypoint.sh: Configuration complete; ready for start up')
    }
    return argv.length === 0 ? exit(0) : { kind: 'become', argv, env: ctx.env }
  },
}

/** Files of /etc/nginx/templates with their variables filled in. */
function templates(ctx: ProcessContext, say: (text: string) => boolean): void {
  if (!ctx.files.exists('/etc/nginx/templates')) return
  for (const { name } of ctx.files.list('/etc/nginx/templates')) {
    if (!name.endsWith('.template')) continue
    const target = `/etc/nginx/conf.d/${name.slice(0, -9)}`
    say(`20-envsubst-on-templates.sh: Running envsubst on /etc/nginx/templates/${name} to ${target}`)
    ctx.files.write(target, ctx.files.read(`/etc/nginx/templates/${name}`).replace(/\$\{?(\w+)\}?/g, (whole, key: string) => ctx.env[key] ?? whole))
  }
}

