/** busybox httpd: files below a directory. */
import { contentType, httpDate, pathOf } from '../commands/http'
import type { Request } from '../commands/http'
import { parseOptions } from '../commands/command'
import { argumentsOf, exit, guarded } from '../commands/streams'
import { FileError } from '../files/file-system'
import type { ProcessContext, Program } from '../program'
import type { Answer, ServerState } from './http-server'
import { serve } from './http-server'

interface HttpdState extends ServerState {
  failed?: number
  home: string
  verbose: number
  /** The parent of a server that goes into the background. */
  child?: boolean
}

const ERRORS: Record<number, [string, string]> = {
  400: ['Bad Request', 'Unsupported method'],
  403: ['Forbidden', ''],
  404: ['Not Found', 'The requested URL was not found'],
  501: ['Not Implemented', 'The requested method is not recognized'],
}

export const httpd = (): Program<HttpdState> => guarded<HttpdState>({
  start(ctx) {
    const options = parseOptions(argumentsOf(ctx, 'httpd', 'busybox'), 'fivp:h:u:c:r:m:d:e:', {})
    const at = options.value('p') ?? '80'
    const [address, port] = at.includes(':') ? [at.slice(0, at.lastIndexOf(':')), Number(at.slice(at.lastIndexOf(':') + 1))] : ['0.0.0.0', Number(at)]
    const home = options.value('h') ?? ctx.cwd
    const state: HttpdState = { listeners: [], connections: [], home, verbose: options.has('v') ? 1 : 0 }
    if (!ctx.files.exists(home)) {
      ctx.write(2, `httpd: can't change directory to '${home}': No such file or directory\n`)
      return { ...state, failed: 1 }
    }
    const listener = ctx.sockets.listen(address === '' ? '0.0.0.0' : address, port)
    if (listener === undefined) {
      ctx.write(2, 'httpd: bind: Address already in use\n')
      return { ...state, failed: 1 }
    }
    state.listeners.push(listener)
    if (!options.has('f') && !options.has('i')) {
      // It goes into the background: a copy serves, we end.
      ctx.processes.spawn({ argv: ctx.argv, env: ctx.env, program: 'busybox:httpd', fds: [[1, 1], [2, 2], [listener, listener]], state: { ...state } as never })
      return { ...state, failed: 0 }
    }
    return state
  },
  step: (state, ctx) => (state.listeners.length === 0 ? exit(1) : serve(state, ctx, (request, ip) => answer(state, ctx, request, ip), () => failure(ctx, 400))),
})

function failure(ctx: ProcessContext, status: number): Answer {
  const [reason, text] = ERRORS[status] as [string, string]
  return {
    status, reason, headers: [['Date', httpDate(ctx.now())], ['Connection', 'close'], ['Content-type', 'text/html']],
    body: `<HTML><HEAD><TITLE>${status} ${reason}</TITLE></HEAD>\n<BODY><H1>${status} ${reason}</H1>\n${text}\n</BODY></HTML>\n`,
  }
}

function answer(state: HttpdState, ctx: ProcessContext, request: Request, ip: string): Answer {
  const result = find(state, ctx, request)
  if (state.verbose > 0) ctx.write(2, `[::ffff:${ip}]: response:${result.status}\n`)
  return result
}

function find(state: HttpdState, ctx: ProcessContext, request: Request): Answer {
  if (request.method !== 'GET' && request.method !== 'HEAD') return failure(ctx, 501)
  const path = pathOf(request.target)
  if (path === undefined) return failure(ctx, 400)
  let file = `${state.home === '/' ? '' : state.home}${path}`
  try {
    if (ctx.files.stat(file).type === 'dir') {
      if (!path.endsWith('/')) {
        return { status: 302, reason: 'Found', headers: [['Date', httpDate(ctx.now())], ['Connection', 'close'], ['Location', `${path}/`]], body: '' }
      }
      file = `${file.replace(/\/$/, '')}/index.html`
    }
    const body = ctx.files.read(file)
    const modified = ctx.files.stat(file).mtimeMs
    return {
      status: 200, reason: 'OK', body,
      headers: [['Date', httpDate(ctx.now())], ['Connection', 'close'], ['Content-type', contentType(file)], ['Accept-Ranges', 'bytes'], ['Last-Modified', httpDate(modified)], ['ETag', `"${body.length.toString(16)}-${Math.floor(modified / 1000).toString(16)}"`], ['Content-Length', String(body.length)]],
    }
  } catch (e) {
    if (!(e instanceof FileError)) throw e
    return failure(ctx, e.code === 'EACCES' ? 403 : 404)
  }
}
