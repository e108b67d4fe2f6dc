/** Programs that run other programs: env, timeout, xargs, watch, time, nohup; and top. */
import type { ProcessContext, Program, SignalName } from '../program'
import { SIGNAL_NUMBERS } from '../program'
import type { Style } from './command'
import { parseOptions } from './command'
import { argumentsOf, durationMs, exit, guarded, waitReadable } from './streams'

/** Starts a child with our descriptors; a status when there is no such program. */
export function launch(ctx: ProcessContext, argv: readonly string[], env: Readonly<Record<string, string>>, fds?: readonly (readonly [number, number])[]): { pid: number } | { status: number; reason: string } {
  const found = ctx.processes.find(argv[0] as string, env.PATH)
  if (found.kind === 'notFound') return { status: 127, reason: 'No such file or directory' }
  if (found.kind === 'notExecutable') return { status: 126, reason: 'Permission denied' }
  const pid = ctx.processes.spawn({ argv: found.kind === 'script' ? [...found.argv, ...argv.slice(1)] : argv, env, program: found.kind === 'program' ? found.program : '', fds: fds ?? ctx.processes.descriptors().filter(fd => fd < 10).map(fd => [fd, fd] as const) })
  return { pid }
}

export const env = (style: Style): Program<{ failed?: number; argv?: string[]; env: Record<string, string> }> => guarded({
  start(ctx) {
    const options = parseOptions(argumentsOf(ctx, 'env', style), 'iu:0vS:C:', { 'ignore-environment': 'i', unset: 'u:', null: '0' }, true)
    const vars: Record<string, string> = options.has('i') || options.rest[0] === '-' ? {} : { ...ctx.env }
    for (const name of options.values('u')) delete vars[name]
    const rest = options.rest.filter((arg, i) => !(i === 0 && arg === '-'))
    let i = 0
    for (; /^[^=]+=/.test(rest[i] ?? ''); i++) {
      const arg = rest[i] as string
      vars[arg.slice(0, arg.indexOf('='))] = arg.slice(arg.indexOf('=') + 1)
    }
    const end = options.has('0') ? '\0' : '\n'
    if (i >= rest.length) {
      ctx.write(1, Object.entries(vars).map(([name, value]) => `${name}=${value}${end}`).join(''))
      return { failed: 0, env: vars }
    }
    const argv = rest.slice(i)
    const found = ctx.processes.find(argv[0] as string, vars.PATH)
    if (found.kind === 'notFound' || found.kind === 'notExecutable') {
      const reason = found.kind === 'notFound' ? 'No such file or directory' : 'Permission denied'
      ctx.write(2, style === 'gnu' ? `env: '${argv[0]}': ${reason}\n` : `env: can't execute '${argv[0]}': ${reason}\n`)
      return { failed: found.kind === 'notFound' ? 127 : 126, env: vars }
    }
    return { argv, env: vars }
  },
  step: state => ({ kind: 'become', argv: state.argv as string[], env: state.env }),
})

interface TimeoutState {
  pid: number
  untilMs: number
  killMs: number | null
  signal: SignalName
  fired: boolean
  preserve: boolean
  failed?: number
}

const signalOf = (text: string): SignalName => {
  const name = text.toUpperCase().replace(/^SIG/, '')
  return (Object.hasOwn(SIGNAL_NUMBERS, name) ? name : (Object.entries(SIGNAL_NUMBERS).find(([, n]) => String(n) === text)?.[0] ?? 'TERM')) as SignalName
}

export const timeout = (style: Style): Program<TimeoutState> => guarded<TimeoutState>({
  start(ctx) {
    const options = parseOptions(argumentsOf(ctx, 'timeout', style), 's:k:t:fv', { signal: 's:', 'kill-after': 'k:', foreground: 'f', 'preserve-status': 'p' }, true)
    const base = { pid: 0, untilMs: 0, killMs: null, signal: signalOf(options.value('s') ?? 'TERM'), fired: false, preserve: options.has('p') }
    const [limit, ...argv] = options.has('t') ? [options.value('t') as string, ...options.rest] : options.rest
    if (limit === undefined || argv.length === 0) {
      ctx.write(2, style === 'gnu' ? "timeout: missing operand\nTry 'timeout --help' for more information.\n" : 'BusyBox v1.36.1 (2024-09-26 21:31:42 UTC) multi-call binary.\n\nUsage: timeout [-s SIG] [-k KILL_SECS] SECS PROG ARGS\n')
      return { ...base, failed: style === 'gnu' ? 125 : 1 }
    }
    const ms = durationMs([limit])
    if (Number.isNaN(ms)) {
      ctx.write(2, style === 'gnu' ? `timeout: invalid time interval '${limit}'\nTry 'timeout --help' for more information.\n` : `timeout: invalid number '${limit}'\n`)
      return { ...base, failed: style === 'gnu' ? 125 : 1 }
    }
    const child = launch(ctx, argv, ctx.env)
    if ('status' in child) {
      ctx.write(2, style === 'gnu' ? `timeout: failed to run command '${argv[0]}': ${child.reason}\n` : `timeout: can't execute '${argv[0]}': ${child.reason}\n`)
      return { ...base, failed: child.status }
    }
    const kill = options.value('k')
    return { ...base, pid: child.pid, untilMs: ms === 0 ? Number.MAX_SAFE_INTEGER : ctx.now() + ms, killMs: kill === undefined ? null : durationMs([kill]) }
  },
  step(state, ctx) {
    const code = ctx.processes.reap(state.pid)
    if (code !== undefined && code !== null) return exit(state.fired && !state.preserve ? (style === 'gnu' ? (code === 137 ? 137 : 124) : 143) : code)
    if (code === null) return exit(state.fired ? 124 : 0)
    if (ctx.now() >= state.untilMs) {
      ctx.processes.kill(state.pid, state.fired ? 'KILL' : state.signal)
      state.fired = true
      state.untilMs = state.killMs === null ? Number.MAX_SAFE_INTEGER : ctx.now() + state.killMs
      state.killMs = null
      return { kind: 'again' }
    }
    return { kind: 'wait', on: [{ until: 'child', pid: state.pid }, ...(state.untilMs < Number.MAX_SAFE_INTEGER ? [{ until: 'time', atMs: state.untilMs } as const] : [])] }
  },
  signal(state, ctx, name) {
    if (state.pid !== 0) ctx.processes.kill(state.pid, name)
    state.fired = true
    return 'handled'
  },
})

interface XargsState {
  base: string[]
  perRun: number
  replace: string | null
  noRunIfEmpty: boolean
  trace: boolean
  input: string
  runs: string[][] | null
  pid: number
  status: number
  failed?: number
}

/** Words of xargs' input: blanks separate, quotes and backslashes protect. */
function xargsWords(text: string): string[] {
  const out: string[] = []
  for (const m of text.matchAll(/(?:[^\s"'\\]|\\[\s\S]|"[^"]*"|'[^']*')+/g)) out.push(m[0].replace(/\\([\s\S])|"([^"]*)"|'([^']*)'/g, (_, a?: string, b?: string, c?: string) => a ?? b ?? c ?? ''))
  return out
}

const MAX_ARGUMENTS = 5000

export const xargs = (style: Style): Program<XargsState> => guarded<XargsState>({
  start(ctx) {
    const options = parseOptions(argumentsOf(ctx, 'xargs', style), '0rtn:L:I:s:P:E:d:px', { null: '0', 'no-run-if-empty': 'r', 'max-args': 'n:', replace: 'I:', 'max-procs': 'P:', delimiter: 'd:', verbose: 't' }, true)
    const separator = options.has('0') ? '\0' : options.value('d')?.replace('\\n', '\n')
    return {
      base: options.rest.length === 0 ? ['echo'] : options.rest, perRun: Number(options.value('n') ?? options.value('L') ?? MAX_ARGUMENTS), replace: options.value('I') ?? null, noRunIfEmpty: options.has('r') || style === 'busybox' && options.has('r'), trace: options.has('t'), input: separator === undefined ? '' : `\x00sep${separator}`, runs: null, pid: 0, status: 0,
    }
  },
  step(state, ctx) {
    if (state.runs === null) {
      for (;;) {
        const data = ctx.read(0)
        if (data === undefined) break
        if (data === '') return waitReadable(0)
        state.input += data
      }
      state.runs = plan(state)
      state.input = ''
    }
    for (;;) {
      if (state.pid !== 0) {
        const code = ctx.processes.reap(state.pid)
        if (code === undefined) return { kind: 'wait', on: [{ until: 'child', pid: state.pid }] }
        state.pid = 0
        if (code === 255) return exit(124)
        if ((code ?? 127) !== 0) state.status = 123
      }
      const argv = state.runs.shift()
      if (argv === undefined) return exit(state.status)
      if (state.trace) ctx.write(2, `${argv.join(' ')}\n`)
      const nothing = ctx.processes.open('/dev/null', 'read', 20)
      const child = launch(ctx, argv, ctx.env, [[0, nothing], ...ctx.processes.descriptors().filter(fd => fd > 0 && fd < 10).map(fd => [fd, fd] as const)])
      ctx.processes.close(nothing)
      if ('status' in child) {
        ctx.write(2, `xargs: ${argv[0]}: ${child.reason}\n`)
        return exit(child.status)
      }
      state.pid = child.pid
    }
  },
})

function plan({ base, perRun, replace, noRunIfEmpty, input }: XargsState): string[][] {
  const own = /^\x00sep([\s\S])/.exec(input)
  const text = own === null ? input : input.slice(5)
  const words = own !== null ? text.split(own[1] as string).filter((word, i, all) => i < all.length - 1 || word !== '') : replace !== null ? text.split('\n').map(line => line.trim()).filter(line => line !== '') : xargsWords(text)
  if (replace !== null) return words.map(word => base.map(arg => arg.replaceAll(replace, word)))
  const runs: string[][] = []
  for (let i = 0; i < words.length; i += perRun) runs.push([...base, ...words.slice(i, i + perRun)])
  return runs.length === 0 && !noRunIfEmpty ? [base] : runs
}

interface RunState {
  pid: number
  startedAtMs: number
  everyMs: number
  argv: string[]
  untilMs: number
  failed?: number
}

/** time, nohup, nice, setsid, ionice: run one command and give its code. watch: again and again. */
export const wrapper = (kind: 'time' | 'nohup' | 'watch', style: Style): Program<RunState> => guarded<RunState>({
  start(ctx) {
    const options = parseOptions(argumentsOf(ctx, kind, style), kind === 'watch' ? 'n:td' : 'pv', {}, true)
    const argv = kind === 'watch' ? ['sh', '-c', options.rest.join(' ')] : options.rest
    return { pid: 0, startedAtMs: ctx.now(), everyMs: Number(options.value('n') ?? 2) * 1000, argv, untilMs: 0 }
  },
  step(state, ctx) {
    if (state.pid === 0) {
      if (kind === 'watch') {
        if (ctx.now() < state.untilMs) return { kind: 'wait', on: [{ until: 'time', atMs: state.untilMs }] }
        ctx.write(1, `\x1b[H\x1b[JEvery ${(state.everyMs / 1000).toFixed(1)}s: ${state.argv[2]}\n\n`)
        state.untilMs = ctx.now() + state.everyMs
      }
      const child = launch(ctx, state.argv, ctx.env)
      if ('status' in child) {
        ctx.write(2, `${kind}: ${style === 'gnu' ? `failed to run command '${state.argv[0]}'` : `can't execute '${state.argv[0]}'`}: ${child.reason}\n`)
        return exit(child.status)
      }
      state.pid = child.pid
    }
    const code = ctx.processes.reap(state.pid)
    if (code === undefined) return { kind: 'wait', on: [{ until: 'child', pid: state.pid }] }
    state.pid = 0
    if (kind === 'watch') return { kind: 'again' }
    if (kind === 'time') {
      const seconds = (ctx.now() - state.startedAtMs) / 1000
      ctx.write(2, `real\t${Math.floor(seconds / 60)}m ${(seconds % 60).toFixed(2)}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n`)
    }
    return exit(code ?? 127)
  },
})

interface TopState {
  failed?: number
  left: number
  everyMs: number
  untilMs: number
  batch: boolean
}

/** top: the processes, again and again. */
export const top = (style: Style): Program<TopState> => guarded<TopState>({
  start(ctx) {
    const options = parseOptions(argumentsOf(ctx, 'top', style), 'bn:d:m', {})
    return { left: options.has('n') ? Number(options.value('n')) : Number.MAX_SAFE_INTEGER, everyMs: Number(options.value('d') ?? 5) * 1000, untilMs: 0, batch: options.has('b') }
  },
  step(state, ctx) {
    if (ctx.now() < state.untilMs) return { kind: 'wait', on: [{ until: 'time', atMs: state.untilMs }, { until: 'signal' }] }
    if (state.left-- <= 0) return exit(0)
    const total = Math.floor(ctx.facts.node.memoryBytes / 1024)
    const rows = ctx.processes.list().map(p => `${String(p.pid).padStart(5)} ${String(p.ppid).padStart(5)} ${p.user.slice(0, 8).padEnd(8)} ${p.state === 'running' ? 'R' : p.state === 'zombie' ? 'Z' : 'S'}     4404   0%   0   0% ${p.argv.join(' ')}\n`)
    ctx.write(1, `${state.batch ? '' : '\x1b[H\x1b[J'}Mem: ${Math.floor(total * 0.4)}K used, ${Math.floor(total * 0.6)}K free, 0K shrd, ${Math.floor(total * 0.02)}K buff, ${Math.floor(total * 0.18)}K cached\nCPU:   1% usr   1% sys   0% nic  98% idle   0% io   0% irq   0% sirq\nLoad average: 0.08 0.05 0.01 1/312 ${ctx.pid}\n  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND\n${rows.join('')}`)
    state.untilMs = ctx.now() + state.everyMs
    return state.left <= 0 ? exit(0) : { kind: 'wait', on: [{ until: 'time', atMs: state.untilMs }] }
  },
})
