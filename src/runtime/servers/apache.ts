/** Apache httpd: start-up notices, files of its document root, access log. */
import { formatDate } from '../commands/date'
import type { Request } from '../commands/http'
import { contentType, httpDate, pathOf } from '../commands/http'
import { exit } from '../commands/streams'
import { FileError } from '../files/file-system'
import type { ProcessContext, Program, Step } from '../program'
import type { Answer, ServerState } from './http-server'
import { serve } from './http-server'

interface ApacheState extends ServerState {
  failed?: number
  root: string
  ending?: boolean
}

const SERVER = 'Apache/2.4.62 (Unix)'
const stamp = (ctx: ProcessContext): string => {
  const ms = ctx.now()
  return formatDate(`%a %b %d %H:%M:%S.${String(Math.floor((ms % 1000) * 1000)).padStart(6, '0')} %Y`, ms)
}

export const apache: Program<ApacheState> = {
  start(ctx) {
    const state: ApacheState = { listeners: [], connections: [], root: '/usr/local/apache2/htdocs' }
    if (ctx.argv.includes('-v')) {
      ctx.write(1, `Server version: ${SERVER}\n`)
      return { ...state, failed: 0 }
    }
    let conf = ''
    try {
      conf = ctx.files.read('/usr/local/apache2/conf/httpd.conf')
    } catch (e) {
      if (!(e instanceof FileError)) throw e
    }
    const setting = (name: string): string | undefined => new RegExp(`^\\s*${name}\\s+"?([^"\\n]+?)"?\\s*$`, 'm').exec(conf)?.[1]
    state.root = setting('DocumentRoot') ?? state.root
    const port = Number(/(\d+)$/.exec(setting('Listen') ?? '80')?.[1] ?? 80)
    if (setting('ServerName') === undefined) {
      const line = `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${ctx.facts.podIP}. Set the 'ServerName' directive globally to suppress this message\n`
      ctx.write(2, line + line)
    }
    const listener = ctx.sockets.listen('0.0.0.0', port)
    if (listener === undefined) {
      ctx.write(2, `(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:${port}\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n`)
      return { ...state, failed: 1 }
    }
    state.listeners.push(listener)
    ctx.write(2, `[${stamp(ctx)}] [mpm_event:notice] [pid ${ctx.pid}:tid ${ctx.pid}] AH00489: ${SERVER} configured -- resuming normal operations\n[${stamp(ctx)}] [core:notice] [pid ${ctx.pid}:tid ${ctx.pid}] AH00094: Command line: 'httpd -D FOREGROUND'\n`)
    return state
  },
  step(state, ctx): Step {
    if (state.failed !== undefined) return exit(state.failed)
    if (state.ending) return exit(0)
    return serve(state, ctx, (request, ip) => {
      const answer = respond(state, ctx, request)
      ctx.write(1, `${ip} - - [${formatDate('%d/%b/%Y:%H:%M:%S %z', ctx.now())}] "${request.method} ${request.target} ${request.version}" ${answer.status} ${request.method === 'HEAD' || answer.body === '' ? '-' : answer.body.length}\n`)
      return answer
    }, () => page(ctx, 400, 'Bad Request', 'Your browser sent a request that this server could not understand.<br />\n'))
  },
  signal(state, ctx, name) {
    if (name !== 'TERM' && name !== 'WINCH' && name !== 'INT') return name === 'KILL' ? 'default' : 'ignored'
    ctx.write(2, `[${stamp(ctx)}] [mpm_event:notice] [pid ${ctx.pid}:tid ${ctx.pid}] ${name === 'WINCH' ? 'AH00492: caught SIGWINCH, shutting down gracefully' : 'AH00491: caught SIGTERM, shutting down'}\n`)
    state.ending = true
    return 'handled'
  },
  usage: () => ({ cpuMillis: 0, memoryBytes: 6_300_000 }),
}

function page(ctx: ProcessContext, status: number, reason: string, text: string): Answer {
  const body = `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${reason}</title>\n</head><body>\n<h1>${reason}</h1>\n<p>${text}</p>\n</body></html>\n`
  return { status, reason, headers: [['Date', httpDate(ctx.now())], ['Server', SERVER], ['Content-Length', String(body.length)], ['Content-Type', 'text/html; charset=iso-8859-1']], body }
}

function respond({ root }: ApacheState, ctx: ProcessContext, request: Request): Answer {
  const path = pathOf(request.target)
  if (path === undefined) return page(ctx, 400, 'Bad Request', 'Your browser sent a request that this server could not understand.<br />\n')
  let file = root + path
  try {
    if (ctx.files.stat(file).type === 'dir') {
      if (!path.endsWith('/')) {
        const moved = page(ctx, 301, 'Moved Permanently', `The document has moved <a href="http://${ctx.facts.podIP}${path}/">here</a>.`)
        return { ...moved, headers: [...moved.headers, ['Location', `http://${ctx.facts.podIP}${path}/`]] }
      }
      if (ctx.files.exists(`${file}index.html`)) file += 'index.html'
      else {
        const list = ctx.files.list(file).map(({ name }) => `<li><a href="${name}"> ${name}</a></li>\n`).join('')
        const body = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<html>\n <head>\n  <title>Index of ${path}</title>\n </head>\n <body>\n<h1>Index of ${path}</h1>\n<ul>${list}</ul>\n</body></html>\n`
        return { status: 200, reason: 'OK', headers: [['Date', httpDate(ctx.now())], ['Server', SERVER], ['Content-Length', String(body.length)], ['Content-Type', 'text/html;charset=ISO-8859-1']], body }
      }
    }
    const body = ctx.files.read(file)
    const modified = ctx.files.stat(file).mtimeMs
    return { status: 200, reason: 'OK', headers: [['Date', httpDate(ctx.now())], ['Server', SERVER], ['Last-Modified', httpDate(modified)], ['ETag', `"${body.length.toString(16)}-${Math.floor(modified).toString(16)}"`], ['Accept-Ranges', 'bytes'], ['Content-Length', String(body.length)], ['Content-Type', contentType(file, 'text/plain')]], body }
  } catch (e) {
    if (!(e instanceof FileError)) throw e
    return e.code === 'EACCES' ? page(ctx, 403, 'Forbidden', "You don't have permission to access this resource.") : page(ctx, 404, 'Not Found', 'The requested URL was not found on this server.')
  }
}
