/** redis-server and redis-cli, over the protocol RESP. */
import { formatDate } from '../commands/date'
import { exit } from '../commands/streams'
import type { ProcessContext, Program, Step, Wait } from '../program'
import type { RedisData, Reply } from './redis-data'
import { runRedis } from './redis-data'

interface ServerState {
  failed?: number
  listener: number
  connections: { fd: number; data: string }[]
  db: RedisData
  port: number
  ending?: boolean
}

export function encode(reply: Reply): string {
  switch (reply.k) {
    case 'ok': return `+${reply.s}\r\n`
    case 'error': return `-${reply.s}\r\n`
    case 'int': return `:${reply.n}\r\n`
    case 'bulk': return reply.s === null ? '$-1\r\n' : `$${reply.s.length}\r\n${reply.s}\r\n`
    case 'array': return `*${reply.items.length}\r\n${reply.items.map(encode).join('')}`
  }
}

/** One request, as an array of bulk strings or as a line; undefined while it is not all there. */
function takeRequest(data: string): { argv: string[]; rest: string } | undefined {
  const end = data.indexOf('\n')
  if (end < 0) return undefined
  if (!data.startsWith('*')) return { argv: data.slice(0, end).trim().split(/\s+/).filter(word => word !== ''), rest: data.slice(end + 1) }
  const argv: string[] = []
  let at = end + 1
  for (let i = 0; i < Number(data.slice(1, end)); i++) {
    const line = data.indexOf('\n', at)
    if (line < 0) return undefined
    const length = Number(data.slice(at + 1, line))
    if (data.length < line + 1 + length + 2) return undefined
    argv.push(data.slice(line + 1, line + 1 + length))
    at = line + 1 + length + 2
  }
  return { argv, rest: data.slice(at) }
}

/** One reply and what follows it; undefined while it is not all there. */
function takeReply(data: string): { reply: Reply; rest: string } | undefined {
  const end = data.indexOf('\r\n')
  if (end < 0) return undefined
  const text = data.slice(1, end)
  const rest = data.slice(end + 2)
  switch (data[0]) {
    case '+': return { reply: { k: 'ok', s: text }, rest }
    case '-': return { reply: { k: 'error', s: text }, rest }
    case ':': return { reply: { k: 'int', n: Number(text) }, rest }
    case '$': {
      const length = Number(text)
      if (length < 0) return { reply: { k: 'bulk', s: null }, rest }
      return rest.length < length + 2 ? undefined : { reply: { k: 'bulk', s: rest.slice(0, length) }, rest: rest.slice(length + 2) }
    }
    case '*': {
      const items: Reply[] = []
      let left = rest
      for (let i = 0; i < Number(text); i++) {
        const item = takeReply(left)
        if (item === undefined) return undefined
        items.push(item.reply)
        left = item.rest
      }
      return { reply: { k: 'array', items }, rest: left }
    }
    default: return { reply: { k: 'error', s: 'ERR Protocol error' }, rest: '' }
  }
}

const stamp = (ctx: ProcessContext): string => formatDate('%d %b %Y %H:%M:%S.', ctx.now()) + String(Math.floor(ctx.now() % 1000)).padStart(3, '0')
const say = (ctx: ProcessContext, role: string, mark: string, text: string): void => void ctx.write(1, `${ctx.pid}:${role} ${stamp(ctx)} ${mark} ${text}\n`)

export const redisServer: Program<ServerState> = {
  start(ctx) {
    const args = ctx.argv.slice(1)
    const at = args.indexOf('--port')
    const port = at < 0 ? 6379 : Number(args[at + 1])
    const state: ServerState = { listener: -1, connections: [], db: { keys: {} }, port }
    if (args.includes('--version') || args.includes('-v')) {
      ctx.write(1, 'Redis server v=7.4.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=37f6f1a4a1cf4b4b\n')
      return { ...state, failed: 0 }
    }
    const hasConfig = args[0] !== undefined && !args[0].startsWith('-')
    if (hasConfig && !ctx.files.exists(args[0] as string)) {
      ctx.write(2, `\n*** FATAL CONFIG FILE ERROR (Redis 7.4.1) ***\nReading the configuration file, at line 1\n>>> 'include "${args[0]}"'\nNo such file or directory\n`)
      return { ...state, failed: 1 }
    }
    say(ctx, 'C', '#', "WARNING Memory overcommit must be enabled! Without it, a background save or replication may fail under low memory condition. Being disabled, it can also cause failures without low memory condition, see https://github.com/jemalloc/jemalloc/issues/1328. To fix this issue add 'vm.overcommit_memory = 1' to /etc/sysctl.conf and then reboot or run the command 'sysctl vm.overcommit_memory=1' for this to take effect.")
    say(ctx, 'C', '*', 'oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo')
    say(ctx, 'C', '*', `Redis version=7.4.1, bits=64, commit=00000000, modified=0, pid=${ctx.pid}, just started`)
    if (args.length > 0) say(ctx, 'C', '*', 'Configuration loaded')
    else say(ctx, 'C', '#', 'Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf')
    say(ctx, 'M', '*', 'monotonic clock: POSIX clock_gettime')
    const listener = ctx.sockets.listen('0.0.0.0', port)
    if (listener === undefined) {
      say(ctx, 'M', '#', `Warning: Could not create server TCP listening socket *:${port}: bind: Address already in use`)
      say(ctx, 'M', '#', `Failed listening on port ${port} (tcp), aborting.`)
      return { ...state, failed: 1 }
    }
    say(ctx, 'M', '*', `Running mode=standalone, port=${port}.`)
    say(ctx, 'M', '*', 'Server initialized')
    say(ctx, 'M', '*', 'Ready to accept connections tcp')
    return { ...state, listener }
  },
  step(state, ctx): Step {
    if (state.failed !== undefined) return exit(state.failed)
    if (state.ending) {
      say(ctx, 'M', '*', 'User requested shutdown...')
      say(ctx, 'M', '*', 'Saving the final RDB snapshot before exiting.')
      say(ctx, 'M', '*', 'DB saved on disk')
      say(ctx, 'M', '#', 'Redis is now ready to exit, bye bye...')
      return exit(0)
    }
    for (let caller = ctx.sockets.accept(state.listener); caller !== undefined; caller = ctx.sockets.accept(state.listener)) state.connections.push({ fd: caller.fd, data: '' })
    for (const connection of state.connections.slice()) {
      let ended = false
      for (let piece = ctx.read(connection.fd); piece !== ''; piece = ctx.read(connection.fd)) {
        if (piece === undefined) {
          ended = true
          break
        }
        connection.data += piece
      }
      for (let request = takeRequest(connection.data); request !== undefined; request = takeRequest(connection.data)) {
        connection.data = request.rest
        if (request.argv.length === 0) continue
        const name = (request.argv[0] as string).toUpperCase()
        if (name === 'SHUTDOWN') {
          state.ending = true
          return { kind: 'again' }
        }
        ctx.write(connection.fd, encode(runRedis(state.db, request.argv, ctx.now())))
        if (name === 'QUIT') {
          ended = true
          break
        }
      }
      if (!ended) continue
      ctx.processes.close(connection.fd)
      state.connections.splice(state.connections.indexOf(connection), 1)
    }
    return { kind: 'wait', on: [state.listener, ...state.connections.map(c => c.fd)].map(fd => ({ until: 'readable', fd })) }
  },
  signal(state, ctx, name) {
    if (name !== 'TERM' && name !== 'INT') return 'ignored'
    ctx.write(1, `${ctx.pid}:signal-handler (${Math.floor(ctx.now() / 1000)}) Received SIG${name} scheduling shutdown...\n`)
    state.ending = true
    return 'handled'
  },
  usage: state => ({ cpuMillis: 2, memoryBytes: 3_200_000 + JSON.stringify(state.db).length }),
}

interface CliState {
  failed?: number
  host: string
  port: number
  /** Commands to run; null: read them from stdin. */
  argv: string[] | null
  repeat: number
  fd: number
  data: string
  sent: boolean
  prompted: boolean
  untilMs: number | null
}

export const redisCli: Program<CliState> = {
  start(ctx) {
    const state: CliState = { host: '127.0.0.1', port: 6379, argv: null, repeat: 1, fd: -1, data: '', sent: false, prompted: false, untilMs: null }
    const args = ctx.argv.slice(1)
    let i = 0
    for (; i < args.length; i++) {
      const arg = args[i] as string
      if (arg === '-h') state.host = args[++i] ?? state.host
      else if (arg === '-p') state.port = Number(args[++i])
      else if (arg === '-r') state.repeat = Number(args[++i])
      else if (arg === '-n' || arg === '-a' || arg === '-i' || arg === '-u') i++
      else if (arg === '--version' || arg === '-v') {
        ctx.write(1, 'redis-cli 7.4.1\n')
        return { ...state, failed: 0 }
      } else if (!arg.startsWith('-')) break
    }
    const rest = args.slice(i)
    state.argv = rest.length > 0 ? rest : null
    return state
  },
  step(state, ctx): Step {
    if (state.failed !== undefined) return exit(state.failed)
    if (state.fd < 0) {
      const failed = connect(state, ctx)
      if (failed !== undefined) return failed
    }
    for (;;) {
      if (!state.sent) {
        const argv = state.argv ?? nextLine(state, ctx)
        if (argv === 'wait') return { kind: 'wait', on: [{ until: 'readable', fd: 0 }] }
        if (argv === undefined || (argv.length === 1 && /^(quit|exit)$/i.test(argv[0] as string))) return exit(0)
        if (argv.length === 0) continue
        ctx.write(state.fd, encode({ k: 'array', items: argv.map(s => ({ k: 'bulk', s })) }))
        state.sent = true
      }
      const on: Wait[] = [{ until: 'readable', fd: state.fd }]
      const piece = ctx.read(state.fd)
      if (piece !== undefined) state.data += piece
      const taken = takeReply(state.data)
      if (taken === undefined) {
        if (piece === '') return { kind: 'wait', on }
        if (piece !== undefined) continue
        ctx.write(2, 'Error: Server closed the connection\n')
        return exit(1)
      }
      state.data = taken.rest
      state.sent = false
      ctx.write(1, print(taken.reply, ctx.isTerminal(1)))
      if (state.argv !== null && --state.repeat <= 0) return exit(taken.reply.k === 'error' ? 1 : 0)
    }
  },
}

function connect(state: CliState, ctx: ProcessContext): Step | undefined {
  const found = ctx.sockets.lookup(state.host)
  const fail = (reason: string): Step => {
    ctx.write(2, `Could not connect to Redis at ${state.host}:${state.port}: ${reason}\n`)
    return exit(1)
  }
  if (found.kind !== 'found') return fail(found.kind === 'noServer' ? 'Temporary failure in name resolution' : 'Name or service not known')
  const result = ctx.sockets.connect(found.ips[0] as string, state.port)
  if (result.kind === 'connected') {
    state.fd = result.fd
    return undefined
  }
  if (result.kind !== 'timeout') return fail(result.kind === 'refused' ? 'Connection refused' : 'No route to host')
  state.untilMs ??= ctx.now() + 127_000
  return ctx.now() < state.untilMs ? { kind: 'wait', on: [{ until: 'time', atMs: state.untilMs }] } : fail('Connection timed out')
}

function nextLine(state: CliState, ctx: ProcessContext): string[] | undefined | 'wait' {
  if (ctx.isTerminal(0) && !state.prompted) {
    ctx.write(1, `${state.host}:${state.port}> `)
    state.prompted = true
  }
  const line = ctx.readLine(0)
  if (line === '') return 'wait'
  state.prompted = false
  return line?.trim().match(/"(?:[^"\\]|\\.)*"|'[^']*'|\S+/g)?.map(word => word.replace(/^(["'])([\s\S]*)\1$/, '$2')) ?? (line === undefined ? undefined : [])
}

/** Types are told to a terminal only. */
function print(reply: Reply, isTerminal: boolean, indent = ''): string {
  if (!isTerminal) {
    switch (reply.k) {
      case 'ok': case 'error': return `${reply.s}\n${reply.k === 'error' ? '\n' : ''}`
      case 'int': return `${reply.n}\n`
      case 'bulk': return `${reply.s ?? ''}\n`
      case 'array': return reply.items.length === 0 ? '\n' : reply.items.map(item => print(item, false)).join('')
    }
  }
  switch (reply.k) {
    case 'ok': return `${reply.s}\n`
    case 'error': return `(error) ${reply.s}\n`
    case 'int': return `(integer) ${reply.n}\n`
    case 'bulk': return reply.s === null ? '(nil)\n' : `"${reply.s.replace(/["\\]/g, '\\$&').replace(/\r/g, '\\r').replace(/\n/g, '\\n')}"\n`
    case 'array': return reply.items.length === 0 ? '(empty array)\n' : reply.items.map((item, i) => `${i === 0 ? '' : indent}${i + 1}) ${print(item, true, `${indent}   `)}`).join('')
  }
}
