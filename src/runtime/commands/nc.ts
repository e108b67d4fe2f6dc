/** nc, as busybox has it: one connection between a socket and stdin and stdout. */
import type { Program, Step, Wait } from '../program'
import { parseOptions } from './command'
import { launch } from './running'
import { argumentsOf, durationMs, exit, guarded } from './streams'

interface NcState {
  failed?: number
  listener: number
  fd: number
  keep: boolean
  waitMs: number | null
  untilMs: number | null
  inputEnded: boolean
  scan: boolean
  program: string[] | null
  host: string
  port: number
  verbose: boolean
}

export const nc = (): Program<NcState> => guarded<NcState>({
  start(ctx) {
    const raw = ctx.argv.slice(1)
    const at = raw.findIndex(arg => arg === '-e')
    const program = at < 0 ? null : raw.slice(at + 1)
    const args = { ...argumentsOf(ctx, 'nc', 'busybox'), args: at < 0 ? raw : raw.slice(0, at) }
    const options = parseOptions(args, 'lp:w:i:vznukqs:N4', {})
    const [host = '', portText] = options.rest
    const isListening = options.has('l')
    const port = Number(options.value('p') ?? (isListening ? (portText ?? host) : portText))
    const state: NcState = { listener: -1, fd: -1, keep: options.has('k') || /-l*ll/.test(raw.join(' ')), waitMs: options.has('w') ? durationMs([options.value('w') as string]) : null, untilMs: null, inputEnded: false, scan: options.has('z'), program, host, port, verbose: options.has('v') }
    if (isListening ? !port : host === '' || !port) {
      ctx.write(2, 'BusyBox v1.36.1 (2024-09-26 21:31:42 UTC) multi-call binary.\n\nUsage: nc [OPTIONS] HOST PORT  - connect\nnc [OPTIONS] -l -p PORT [HOST] [PORT]  - listen\n')
      return { ...state, failed: 1 }
    }
    if (!isListening) return state
    const listener = ctx.sockets.listen('0.0.0.0', port)
    if (listener === undefined) {
      ctx.write(2, 'nc: bind: Address in use\n')
      return { ...state, failed: 1 }
    }
    if (state.verbose) ctx.write(2, `listening on [::]:${port} ...\n`)
    return { ...state, listener }
  },
  step(state, ctx): Step {
    if (state.fd < 0) {
      if (state.listener >= 0) {
        const caller = ctx.sockets.accept(state.listener)
        if (caller === undefined) return { kind: 'wait', on: [{ until: 'readable', fd: state.listener }] }
        if (!state.keep) ctx.processes.close(state.listener)
        state.fd = caller.fd
      } else {
        const failed = connect(state, ctx)
        if (failed !== undefined) return failed
      }
      if (state.scan) return exit(0)
      if (state.program !== null) {
        launch(ctx, state.program, ctx.env, [[0, state.fd], [1, state.fd], [2, 2]])
        if (!state.keep) return { kind: 'wait', on: [{ until: 'child' }] }
        ctx.processes.close(state.fd)
        state.fd = -1
        return { kind: 'again' }
      }
    }
    if (state.program !== null) return exit(0)
    while (!state.inputEnded) {
      const data = ctx.read(0)
      if (data === '') break
      if (data === undefined) {
        state.inputEnded = true
        ctx.sockets.shutdown(state.fd)
        // After the end of input, -w bounds the wait for what still comes.
        if (state.waitMs !== null) state.untilMs = ctx.now() + state.waitMs
        break
      }
      ctx.write(state.fd, data)
    }
    for (;;) {
      const data = ctx.read(state.fd)
      if (data === undefined) {
        ctx.processes.close(state.fd)
        state.fd = -1
        return state.keep ? { kind: 'again' } : exit(0)
      }
      if (data === '') break
      ctx.write(1, data)
    }
    if (state.untilMs !== null && ctx.now() >= state.untilMs) return exit(0)
    const on: Wait[] = [{ until: 'readable', fd: state.fd }]
    if (!state.inputEnded) on.push({ until: 'readable', fd: 0 })
    if (state.untilMs !== null) on.push({ until: 'time', atMs: state.untilMs })
    return { kind: 'wait', on }
  },
})

type Target = Pick<NcState, 'host' | 'port' | 'fd' | 'verbose' | 'waitMs' | 'untilMs' | 'scan'>

function connect(state: Target, ctx: Parameters<Program['start']>[0], name = 'nc'): Step | undefined {
  const found = ctx.sockets.lookup(state.host)
  if (found.kind !== 'found') {
    ctx.write(2, `${name}: bad address '${state.host}'\n`)
    return exit(1)
  }
  const ip = found.ips[0] as string
  const result = ctx.sockets.connect(ip, state.port)
  if (result.kind === 'connected') {
    state.fd = result.fd
    state.untilMs = null
    if (state.verbose) ctx.write(2, `${state.host} (${ip}:${state.port}) open\n`)
    return undefined
  }
  if (result.kind === 'timeout') {
    state.untilMs ??= ctx.now() + (state.waitMs ?? 127_000)
    if (ctx.now() < state.untilMs) return { kind: 'wait', on: [{ until: 'time', atMs: state.untilMs }] }
    ctx.write(2, state.waitMs === null ? `${name}: can't connect to remote host (${ip}): Connection timed out\n` : `${name}: timed out\n`)
    return exit(1)
  }
  if (!state.scan || state.verbose) ctx.write(2, `${name}: can't connect to remote host (${ip}): ${result.kind === 'refused' ? 'Connection refused' : 'No route to host'}\n`)
  return exit(1)
}

interface TelnetState extends Target {
  failed?: number
}

/** busybox telnet: what is typed goes there, what comes is shown. */
export const telnet = (): Program<TelnetState> => guarded<TelnetState>({
  start(ctx) {
    const [host = '', port = '23'] = ctx.argv.slice(1).filter(arg => !arg.startsWith('-'))
    const state: TelnetState = { host, port: Number(port) || 23, fd: -1, verbose: false, waitMs: null, untilMs: null, scan: false }
    if (host !== '') return state
    ctx.write(2, 'BusyBox v1.36.1 (2024-09-26 21:31:42 UTC) multi-call binary.\n\nUsage: telnet [-a] [-l USER] HOST [PORT]\n')
    return { ...state, failed: 1 }
  },
  step(state, ctx): Step {
    if (state.fd < 0) {
      const failed = connect(state, ctx, 'telnet')
      if (failed !== undefined) return failed
      ctx.write(1, `Connected to ${state.host}\n${ctx.isTerminal(0) ? "\nEntering character mode\nEscape character is '^]'.\n\n" : ''}`)
    }
    for (let data = ctx.read(state.fd); data !== ''; data = ctx.read(state.fd)) {
      if (data === undefined) {
        ctx.write(1, 'Connection closed by foreign host\n')
        return exit(1)
      }
      ctx.write(1, data)
    }
    for (let data = ctx.read(0); data !== ''; data = ctx.read(0)) {
      if (data === undefined) return exit(0)
      ctx.write(state.fd, data)
    }
    return { kind: 'wait', on: [{ until: 'readable', fd: state.fd }, { until: 'readable', fd: 0 }] }
  },
})
