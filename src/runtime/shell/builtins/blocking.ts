/** Builtins that may have to wait: read, wait, fg. What they know meanwhile stands in their frame. */
import type { Step, Wait } from '../../program'
import type { Builtin, BuiltinResult, Shell } from '../shell'
import type { BuiltinWait } from '../state'
import { assign } from '../variables'
import { jobOf, updateJobs } from './jobs'

interface ReadOptions {
  raw: boolean
  names: string[]
  delimiter: string
  count?: number
  timeoutMs?: number
  prompt?: string
  array?: string
  fd: number
}

function parseRead(args: string[]): ReadOptions | string {
  const out: ReadOptions = { raw: false, names: [], delimiter: '\n', fd: 0 }
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string
    if (!/^-./.test(arg)) {
      out.names = args.slice(i)
      break
    }
    for (let j = 1; j < arg.length; j++) {
      const letter = arg[j] as string
      if (letter === 'r') out.raw = true
      else if (letter === 's' || letter === 'e') continue
      else if ('pntdau'.includes(letter)) {
        const value = arg.slice(j + 1) || (args[++i] ?? '')
        if (letter === 'p') out.prompt = value
        else if (letter === 'n') out.count = Number(value)
        else if (letter === 't') out.timeoutMs = Number(value) * 1000
        else if (letter === 'd') out.delimiter = value[0] ?? '\0'
        else if (letter === 'u') out.fd = Number(value)
        else out.array = value
        break
      } else return letter
    }
  }
  return out
}

const read: Builtin = (shell, args, name) => {
  const options = parseRead(args)
  if (typeof options === 'string') {
    shell.complain(name, shell.state.flavour === 'bash' ? `-${options}: invalid option` : `${shell.state.flavour === 'ash' ? 'illegal' : 'Illegal'} option -${options}`)
    return 2
  }
  if (options.prompt !== undefined && shell.ctx.isTerminal(options.fd)) shell.err(options.prompt)
  const wait: BuiltinWait & { b: 'read' } = { b: 'read', args, line: '', ...(options.timeoutMs === undefined ? {} : { deadlineMs: shell.ctx.now() + options.timeoutMs }) }
  const wake = resumeRead(shell, wait, options)
  return typeof wake === 'number' ? wake : { kind: 'wait', wait }
}

function resumeRead(shell: Shell, wait: BuiltinWait & { b: 'read' }, options: ReadOptions): number | Step {
  const { ctx } = shell
  for (;;) {
    const isWhole = options.count !== undefined && wait.line.length >= options.count
    if (isWhole) return store(shell, wait.line, options, 0)
    if (wait.deadlineMs !== undefined && ctx.now() >= wait.deadlineMs) return store(shell, wait.line, options, shell.state.flavour === 'bash' ? 142 : 1)
    const piece = options.delimiter === '\n' && options.count === undefined ? ctx.readLine(options.fd) : ctx.read(options.fd, 1)
    if (piece === undefined) return store(shell, wait.line, options, 1)
    if (piece === '') {
      const on: Wait[] = [{ until: 'readable', fd: options.fd }]
      if (wait.deadlineMs !== undefined) on.push({ until: 'time', atMs: wait.deadlineMs })
      return { kind: 'wait', on }
    }
    if (!piece.endsWith(options.delimiter)) {
      wait.line += piece
      continue
    }
    wait.line += piece.slice(0, -1)
    // A backslash at the end of the line joins the next one to it.
    const slashes = /\\*$/.exec(wait.line) as RegExpExecArray
    if (!options.raw && options.delimiter === '\n' && slashes[0].length % 2 === 1) {
      wait.line = wait.line.slice(0, -1)
      continue
    }
    return store(shell, wait.line, options, 0)
  }
}

/** Splits a line among the variables. Escaped characters (without -r) never split. */
function store(shell: Shell, line: string, options: ReadOptions, status: number): number {
  const { state } = shell
  const ifs = state.vars.IFS === undefined ? ' \t\n' : (state.vars.IFS.v ?? ' \t\n')
  const isBlank = (c: string): boolean => ifs.includes(c) && /[ \t\n]/.test(c)
  const chars: { c: string; escaped: boolean }[] = []
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '\\' && !options.raw) {
      if (++i < line.length) chars.push({ c: line[i] as string, escaped: true })
    } else chars.push({ c: line[i] as string, escaped: false })
  }
  const text = (from: number, to: number): string => chars.slice(from, to).map(x => x.c).join('')
  const names = options.names.length > 0 ? options.names : ['REPLY']
  if (options.names.length === 0 && options.array === undefined) {
    assign(state, 'REPLY', text(0, chars.length), shell.line)
    return status
  }
  const separates = (i: number): boolean => chars[i] !== undefined && !chars[i]?.escaped && ifs.includes(chars[i]?.c as string)
  const blank = (i: number): boolean => separates(i) && isBlank(chars[i]?.c as string)
  let at = 0
  let end = chars.length
  while (at < end && blank(at)) at++
  while (end > at && blank(end - 1)) end--
  const fields: string[] = []
  const most = options.array !== undefined ? Infinity : names.length
  while (at < end) {
    if (fields.length === most - 1) {
      let last = end
      // One trailing separator of the last field is dropped if nothing else separates within.
      if (separates(last - 1) && !Array.from({ length: last - 1 - at }, (_, k) => separates(at + k)).includes(true)) last--
      fields.push(text(at, last))
      break
    }
    const start = at
    while (at < end && !separates(at)) at++
    fields.push(text(start, at))
    while (at < end && blank(at)) at++
    if (at < end && separates(at) && !blank(at)) {
      at++
      while (at < end && blank(at)) at++
    }
  }
  if (options.array !== undefined) state.vars[options.array] = { a: Object.fromEntries(fields.map((field, i) => [String(i), field])) }
  else for (const [i, name] of names.entries()) assign(state, name, fields[i] ?? '', shell.line)
  return status
}

const wait: Builtin = (shell, args) => {
  const { state } = shell
  updateJobs(shell)
  const targets = args.filter(arg => arg !== '-n' && arg !== '--')
  if (targets.length === 0) {
    const pids = state.jobs.filter(job => job.status === undefined).flatMap(job => job.pids)
    if (pids.length === 0) {
      state.jobs = []
      return 0
    }
    return { kind: 'wait', wait: { b: 'wait', pids: [-1] } }
  }
  const pids = targets.map(target => (target.startsWith('%') ? (jobOf(shell, target)?.pids.at(-1) ?? 0) : Number(target)))
  return { kind: 'wait', wait: { b: 'wait', pids } }
}

/** -1 stands for all jobs. */
function resumeWait(shell: Shell, { pids }: BuiltinWait & { b: 'wait' }): number | Step {
  const { state } = shell
  updateJobs(shell)
  if (pids[0] === -1) {
    if (state.jobs.some(job => job.status === undefined)) return { kind: 'wait', on: [{ until: 'child' }] }
    state.jobs = []
    return 0
  }
  let status = 0
  for (const pid of pids) {
    const job = state.jobs.find(j => j.pids.includes(pid))
    if (job === undefined) status = 127
    else if (job.status === undefined) return { kind: 'wait', on: [{ until: 'child' }] }
    else status = job.status
  }
  return status
}

/** Goes on with a builtin that waits: its status, or what it still waits for. */
export function resumeBuiltin(shell: Shell, waiting: BuiltinWait): number | Step {
  if (waiting.b === 'read') return resumeRead(shell, waiting, parseRead(waiting.args) as ReadOptions)
  if (waiting.b === 'wait') return resumeWait(shell, waiting)
  const code = shell.ctx.processes.reap(waiting.pid)
  if (code === undefined) return { kind: 'wait', on: [{ until: 'child', pid: waiting.pid }] }
  shell.state.jobs = shell.state.jobs.filter(job => !job.pids.includes(waiting.pid))
  return code ?? 127
}

const fg: Builtin = (shell, args): BuiltinResult => {
  updateJobs(shell)
  const job = jobOf(shell, args[0] ?? '%%')
  if (job === undefined) {
    shell.complain('fg', shell.state.flavour === 'bash' ? 'no job control' : 'No current job')
    return shell.state.flavour === 'bash' ? 1 : 2
  }
  return { kind: 'wait', wait: { b: 'fg', pid: job.pids.at(-1) as number } }
}

export const blockingBuiltins: Readonly<Record<string, Builtin>> = { read, wait, fg }
