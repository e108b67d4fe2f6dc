/** Programs that run other programs: env, timeout, xargs, watch, time, nohup, find -exec. */
import { inside } from '../files/paths'
import type { ProcessContext, Program, SignalName, Step } from '../program'
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

interface FindState {
  /** Paths for which -exec is still to run. */
  execs: string[][]
  pid: number
  status: number
  failed?: number
}

type Test = (path: string, depth: number) => boolean

export const find = (style: Style, matchesName: (pattern: string, name: string) => boolean): Program<FindState> => ({
  start(ctx) {
    const state: FindState = { execs: [], pid: 0, status: 0 }
    const args = ctx.argv.slice(1)
    const first = args.findIndex(arg => /^[-(!]/.test(arg))
    const roots = first < 0 ? args : args.slice(0, first)
    const parsed = parseFind(ctx, state, first < 0 ? [] : args.slice(first), style, matchesName)
    if (parsed === undefined) return { ...state, failed: 1 }
    let operations = 100_000
    const visit = (path: string, depth: number): void => {
      if (--operations < 0) return
      let stat
      try {
        stat = ctx.files.lstat(path)
      } catch (e) {
        ctx.write(2, style === 'gnu' ? `find: '${path}': ${(e as Error).message}\n` : `find: ${path}: ${(e as Error).message}\n`)
        state.status = 1
        return
      }
      const act = (): void => { if (depth >= parsed.minDepth) parsed.test(path, depth) }
      if (!parsed.depthFirst) act()
      if (stat.type === 'dir' && depth < parsed.maxDepth && !parsed.pruned.has(path)) for (const { name } of ctx.files.list(path)) visit(inside(path, name), depth + 1)
      if (parsed.depthFirst) act()
    }
    for (const root of roots.length === 0 ? ['.'] : roots) visit(root, 0)
    for (const { argv, paths } of parsed.batches) if (paths.length > 0) state.execs.push([...argv, ...paths])
    return state
  },
  step(state, ctx): Step {
    if (state.failed !== undefined) return exit(state.failed)
    for (;;) {
      if (state.pid !== 0) {
        const code = ctx.processes.reap(state.pid)
        if (code === undefined) return { kind: 'wait', on: [{ until: 'child', pid: state.pid }] }
        state.pid = 0
      }
      const argv = state.execs.shift()
      if (argv === undefined) return exit(state.status)
      const child = launch(ctx, argv, ctx.env)
      if ('status' in child) {
        ctx.write(2, `find: ${style === 'gnu' ? `'${argv[0]}'` : argv[0]}: ${child.reason}\n`)
        state.status = 1
      } else state.pid = child.pid
    }
  },
})

function parseFind(ctx: ProcessContext, state: FindState, args: readonly string[], style: Style, matchesName: (pattern: string, name: string) => boolean): { test: Test; minDepth: number; maxDepth: number; depthFirst: boolean; pruned: Set<string>; batches: { argv: string[]; paths: string[] }[] } | undefined {
  let at = 0
  const out = { minDepth: 0, maxDepth: Infinity, depthFirst: false, pruned: new Set<string>(), batches: [] as { argv: string[]; paths: string[] }[] }
  let acts = false
  const stat = (path: string): ReturnType<typeof ctx.files.lstat> => ctx.files.lstat(path)
  const compare = (text: string, value: number): boolean => (text.startsWith('+') ? value > Number(text.slice(1)) : text.startsWith('-') ? value < Number(text.slice(1)) : value === Number(text))
  const name = (path: string): string => path.slice(path.lastIndexOf('/') + 1) || '/'
  const or = (): Test => {
    let left = and()
    while (args[at] === '-o' || args[at] === '-or') {
      at++
      const [a, b] = [left, and()]
      left = (path, depth) => a(path, depth) || b(path, depth)
    }
    return left
  }
  const and = (): Test => {
    let left = not()
    while (at < args.length && args[at] !== '-o' && args[at] !== '-or' && args[at] !== ')') {
      if (args[at] === '-a' || args[at] === '-and') at++
      const [a, b] = [left, not()]
      left = (path, depth) => a(path, depth) && b(path, depth)
    }
    return left
  }
  const not = (): Test => {
    if (args[at] === '!' || args[at] === '-not') {
      at++
      const inner = not()
      return (path, depth) => !inner(path, depth)
    }
    if (args[at] === '(') {
      at++
      const inner = or()
      at++
      return inner
    }
    return primary()
  }
  const primary = (): Test => {
    const op = args[at++]
    const value = (): string => args[at++] ?? ''
    switch (op) {
      case '-name': { const v = value(); return path => matchesName(v, name(path)) }
      case '-iname': { const v = value().toLowerCase(); return path => matchesName(v, name(path).toLowerCase()) }
      case '-path': case '-wholename': { const v = value(); return path => matchesName(v, path) }
      case '-type': { const v = value(); return path => ({ f: 'file', d: 'dir', l: 'symlink' }[v] ?? v) === stat(path).type }
      case '-size': {
        const v = value()
        const unit = { c: 1, k: 1024, M: 1 << 20, G: 1 << 30 }[v.at(-1) as string] ?? 512
        return path => compare(v.replace(/[ckMGbw]$/, ''), Math.ceil(stat(path).size / unit))
      }
      case '-empty': return path => (stat(path).type === 'dir' ? ctx.files.list(path).length === 0 : stat(path).type === 'file' && stat(path).size === 0)
      case '-mtime': { const v = value(); return path => compare(v, Math.floor((ctx.now() - stat(path).mtimeMs) / 86_400_000)) }
      case '-mmin': { const v = value(); return path => compare(v, Math.floor((ctx.now() - stat(path).mtimeMs) / 60_000)) }
      case '-newer': { const v = value(); return path => stat(path).mtimeMs > ctx.files.stat(v).mtimeMs }
      case '-perm': { const v = value(); return path => (v.startsWith('-') ? (stat(path).mode & parseInt(v.slice(1), 8)) === parseInt(v.slice(1), 8) : stat(path).mode === parseInt(v, 8)) }
      case '-user': { const v = value(); return path => String(stat(path).uid) === v || (v === 'root' && stat(path).uid === 0) }
      case '-maxdepth': out.maxDepth = Number(value()); return () => true
      case '-mindepth': out.minDepth = Number(value()); return () => true
      case '-depth': out.depthFirst = true; return () => true
      case '-xdev': case '-mount': case '-follow': case '-L': case '-H': case '-P': return () => true
      case '-prune': return path => (out.pruned.add(path), true)
      case '-print': acts = true; return path => (ctx.write(1, `${path}\n`), true)
      case '-print0': acts = true; return path => (ctx.write(1, `${path}\0`), true)
      case '-quit': acts = true; return () => (out.maxDepth = -1, true)
      case '-delete': acts = true; out.depthFirst = true; return path => (stat(path).type === 'dir' ? ctx.files.rmdir(path) : ctx.files.unlink(path), true)
      case '-exec': case '-ok': {
        acts = true
        const argv: string[] = []
        while (at < args.length && args[at] !== ';' && !(args[at] === '+' && argv.at(-1) === '{}')) argv.push(args[at++] as string)
        const isBatch = args[at++] === '+'
        if (isBatch) {
          const batch = { argv: argv.slice(0, -1), paths: [] as string[] }
          out.batches.push(batch)
          return path => (batch.paths.push(path), true)
        }
        return path => (state.execs.push(argv.map(arg => arg.replaceAll('{}', path))), true)
      }
      default:
        throw new FindError(style === 'gnu' ? `find: unknown predicate \`${op}'` : `find: unrecognized: ${op}`)
    }
  }
  try {
    const test = args.length === 0 ? (): boolean => true : or()
    const whole: Test = acts ? test : (path, depth) => test(path, depth) && (ctx.write(1, `${path}\n`), true)
    return { ...out, get maxDepth() { return out.maxDepth }, get minDepth() { return out.minDepth }, get depthFirst() { return out.depthFirst }, test: whole }
  } catch (e) {
    if (!(e instanceof FindError)) throw e
    ctx.write(2, `${e.message}\n`)
    return undefined
  }
}

class FindError extends Error {}

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
