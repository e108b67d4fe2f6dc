/** Small web servers with which people try out Services and ingresses: each tells who answered. */
import { httpDate } from '../commands/http'
import type { Request } from '../commands/http'
import { exit } from '../commands/streams'
import type { ProcessContext, Program } from '../program'
import type { Answer, ServerState } from './http-server'
import { serve } from './http-server'

interface DemoState extends ServerState {
  failed?: number
  ending?: boolean
}

interface Demo {
  /** 0: it serves nothing. */
  port(ctx: ProcessContext): number
  starting?(ctx: ProcessContext, port: number): string
  answer(ctx: ProcessContext, request: Request, from: string, port: number): string
}

/** `-text=hello`, `-text hello` or `--text=hello` */
function flag({ argv }: ProcessContext, name: string): string | undefined {
  for (const [i, arg] of argv.entries()) {
    const m = new RegExp(`^--?${name}(?:=([^]*))?$`).exec(arg)
    if (m !== null) return m[1] ?? argv[i + 1]
  }
  return undefined
}

const portOf = (text: string | undefined, fallback: number): number => Number(/(\d+)$/.exec(text ?? '')?.[1] ?? fallback)
const tagOf = ({ facts }: ProcessContext): string => /:([^/:@]+)(?:@.*)?$/.exec(facts.image)?.[1] ?? 'latest'
const pathOf = ({ target }: Request): string => target.split('?')[0] as string
const headersOf = ({ headers }: Request): string => headers.map(([name, value]) => `${name}: ${value}\n`).join('')

const DEMOS: Readonly<Record<string, Demo>> = {
  'http-echo': {
    port: ctx => portOf(flag(ctx, 'listen'), 5678),
    starting: (_, port) => `[INFO] server is listening on :${port}\n`,
    answer: ctx => `${flag(ctx, 'text') ?? ctx.env['ECHO_TEXT'] ?? ''}\n`,
  },
  'hello-app': {
    port: ctx => portOf(ctx.env['PORT'], 8080),
    starting: (_, port) => `Server listening on port ${port}\n`,
    answer: ctx => `Hello, world!\nVersion: ${tagOf(ctx).startsWith('2') ? '2.0.0' : '1.0.0'}\nHostname: ${ctx.facts.hostname}\n`,
  },
  kubia: {
    port: () => 8080,
    starting: () => 'Kubia server starting...\n',
    answer: ctx => (/^v\d/.test(tagOf(ctx)) ? `This is ${tagOf(ctx)} running in pod ${ctx.facts.hostname}\n` : `You've hit ${ctx.facts.hostname}\n`),
  },
  'serve-hostname': {
    port: ctx => portOf(flag(ctx, 'port'), 9376),
    starting: () => 'Serving on port 9376.\n',
    answer: ctx => ctx.facts.hostname,
  },
  whoami: {
    port: ctx => portOf(flag(ctx, 'port') ?? ctx.env['WHOAMI_PORT_NUMBER'], 80),
    starting: (_, port) => `Starting up on port ${port}\n`,
    answer: (ctx, request, from) => `Hostname: ${ctx.facts.hostname}\nIP: 127.0.0.1\nIP: ::1\nIP: ${ctx.facts.podIP}\nRemoteAddr: ${from}\n${request.method} ${request.target} HTTP/1.1\n${headersOf(request)}\n`,
  },
  'echo-server': {
    port: ctx => portOf(ctx.env['PORT'], 8080),
    starting: (_, port) => `Echo server listening on port ${port}.\n`,
    answer: (ctx, request) => `Request served by ${ctx.facts.hostname}\n\n${request.method} ${request.target} HTTP/1.1\n\n${headersOf(request)}${request.body === '' ? '' : `\n${request.body}`}\n`,
  },
  'nginx-hello': {
    port: () => 80,
    answer: (ctx, request, _, port) => `Server address: ${ctx.facts.podIP}:${port}\nServer name: ${ctx.facts.hostname}\nDate: ${httpDate(ctx.now()).slice(5).replace(/ (\w{3}) (\d{4}) /, '/$1/$2:').replace(' GMT', ' +0000')}\nURI: ${request.target}\nRequest ID: ${Array.from({ length: 32 }, () => Math.floor(ctx.random() * 16).toString(16)).join('')}\n`,
  },
  agnhost: {
    port: ctx => (ctx.argv[1] === 'pause' ? 0 : portOf(flag(ctx, 'http-port') ?? flag(ctx, 'port'), ctx.argv[1] === 'serve-hostname' ? 9376 : 8080)),
    answer(ctx, request, from) {
      if (ctx.argv[1] === 'serve-hostname') return ctx.facts.hostname
      const query = new URLSearchParams(request.target.split('?')[1] ?? '')
      switch (pathOf(request)) {
        case '/hostname': case '/hostName': return ctx.facts.hostname
        case '/clientip': return `${from}:40000`
        case '/echo': return query.get('msg') ?? ''
        case '/header': return request.headers.find(([name]) => name.toLowerCase() === (query.get('key') ?? '').toLowerCase())?.[1] ?? ''
        case '/healthz': return ''
        default: return `NOW: ${new Date(Math.floor(ctx.now())).toISOString()}`
      }
    },
  },
}

export function demo(name: string): Program<DemoState> {
  const text = DEMOS[name] as Demo
  return {
    start(ctx) {
      const state: DemoState = { listeners: [], connections: [] }
      const port = text.port(ctx)
      if (port === 0) return state
      const fd = ctx.sockets.listen('0.0.0.0', port)
      if (fd === undefined) {
        ctx.write(2, `listen tcp :${port}: bind: address already in use\n`)
        return { ...state, failed: 1 }
      }
      ctx.write(1, text.starting?.(ctx, port) ?? '')
      return { ...state, listeners: [fd] }
    },
    step(state, ctx) {
      if (state.failed !== undefined) return exit(state.failed)
      if (state.ending) return exit(0)
      const port = text.port(ctx)
      const plain = (status: number, reason: string, body: string): Answer => ({ status, reason, headers: [['Date', httpDate(ctx.now())], ['Content-Length', String(body.length)], ['Content-Type', 'text/plain; charset=utf-8']], body })
      return serve(state, ctx, (request, from) => plain(200, 'OK', text.answer(ctx, request, from, port)), () => plain(400, 'Bad Request', '400 Bad Request'))
    },
    signal(state, _ctx, name) {
      if (name !== 'TERM' && name !== 'INT' && name !== 'QUIT') return 'ignored'
      state.ending = true
      return 'handled'
    },
    usage: () => ({ cpuMillis: 1, memoryBytes: 8_000_000 }),
  }
}
