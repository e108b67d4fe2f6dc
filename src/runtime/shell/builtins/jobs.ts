/** Builtins for jobs and signals: jobs, bg, kill. */
import type { SignalName } from '../../program'
import { SIGNAL_NUMBERS } from '../../program'
import type { Builtin, Shell } from '../shell'
import type { Job } from '../state'
import { signalName } from './control'

/** Notes which background jobs have ended. */
export function updateJobs(shell: Shell): void {
  for (const job of shell.state.jobs)
    for (const pid of job.pids) {
      if (job.status !== undefined) continue
      const code = shell.ctx.processes.reap(pid)
      if (code !== undefined) job.status = code ?? 127
    }
}

export function jobOf(shell: Shell, spec: string): Job | undefined {
  const { jobs, lastBackground } = shell.state
  if (spec === '%' || spec === '%%' || spec === '%+') return jobs.find(job => job.pids.includes(lastBackground ?? -1)) ?? jobs.at(-1)
  if (/^%\d+$/.test(spec)) return jobs.find(job => job.n === Number(spec.slice(1)))
  return undefined
}

const kill: Builtin = (shell, args, name) => {
  const { state, ctx } = shell
  let signal = 'TERM'
  let targets = args
  const first = args[0] ?? ''
  if (first === '-l') {
    shell.out(`${Object.keys(SIGNAL_NUMBERS).join(' ')}\n`)
    return 0
  }
  if (first === '-s' || first === '-n') {
    signal = args[1] ?? ''
    targets = args.slice(2)
  } else if (/^-./.test(first) && first !== '--') {
    signal = first.slice(1)
    targets = args.slice(1)
  } else if (first === '--') targets = args.slice(1)
  if (signal !== '0' && (signalName(signal) === undefined || signalName(signal) === 'EXIT')) {
    if (state.flavour === 'bash') shell.complain(name, `${signal}: invalid signal specification`)
    else shell.err(`${state.name}: bad signal name '${signal}'\n`)
    return 1
  }
  if (targets.length === 0) {
    shell.err(state.flavour === 'bash' ? 'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n' : `${state.name}: you need to specify whom to kill\n`)
    return state.flavour === 'bash' ? 2 : 1
  }
  let status = 0
  for (const target of targets) {
    const pids = target.startsWith('%') ? jobOf(shell, target)?.pids : [Number(target)]
    if (pids === undefined || pids.some(pid => !Number.isInteger(pid))) {
      shell.err(state.flavour === 'ash' ? `${state.name}: invalid number '${target}'\n` : `${state.name}: ${shell.line}: kill: Illegal number: ${target}\n`)
      status = 1
      continue
    }
    updateJobs(shell)
    for (const pid of pids) {
      const isThere = ctx.processes.list().some(p => p.pid === pid && p.state !== 'zombie')
      if (isThere && (signal === '0' || ctx.processes.kill(pid, signalName(signal) as SignalName))) continue
      if (state.flavour === 'bash') shell.complain(name, `(${pid}) - No such process`)
      else if (state.flavour === 'dash') shell.complain(name, 'No such process')
      else shell.err(`${state.name}: can't kill pid ${pid}: No such process\n`)
      status = 1
    }
  }
  return status
}

export const jobBuiltins: Readonly<Record<string, Builtin>> = {
  kill,
  jobs(shell, args) {
    updateJobs(shell)
    for (const job of shell.state.jobs) shell.out(args[0] === '-p' ? `${job.pids[0]}\n` : `[${job.n}]+  ${job.status === undefined ? 'Running' : job.status === 0 ? 'Done' : `Done(${job.status})`}                    ${job.text}\n`)
    shell.state.jobs = shell.state.jobs.filter(job => job.status === undefined)
    return 0
  },
  bg: () => 0,
  disown(shell) {
    shell.state.jobs.pop()
    return 0
  },
}
