/** Which program stands behind a name: `busybox:ls`, `gnu:cat`, `sh-bash`, `nginx` … */
import type { Program } from '../program'
import { matches } from '../shell/patterns'
import { shellProgram } from '../shell/program'
import { chmod, chown, cp, ln, mkdir, mktemp, mv, readlink, realpath, rm, rmdir, touch, truncate } from './change'
import { awk } from './awk'
import type { Command, Style } from './command'
import { commandProgram } from './command'
import { echo } from './echo'
import { find } from './find'
import { grep } from './grep'
import { ls, stat } from './list'
import { networkCommands, networkPrograms } from './network'
import { PACKAGED } from './packet-rules'
import { printf } from './printf'
import { env, timeout, top, wrapper, xargs } from './running'
import { sed } from './sed'
import { cat, head, sleep, tail, tee, yes } from './streams'
import { systemCommands } from './system'
import { archiveCommands } from './tar'
import { test } from './test'
import { textCommands } from './text'
import { variousCommands } from './various'

const testCommand: Command = io => {
  const { status, message } = test(io.args, io.name, io.ctx, io.style === 'gnu' ? 'gnu' : 'ash')
  if (message !== undefined) io.err(`${io.name}: ${message}\n`)
  return status
}

const COMMANDS: Readonly<Record<string, Command>> = {
  ...textCommands, ...systemCommands, ...networkCommands, ...archiveCommands, ...variousCommands,
  awk,
  ls, stat, mkdir, rmdir, rm, touch, ln, cp, mv, chmod, chown, chgrp: chown, mktemp, truncate, readlink, realpath, sed,
  test: testCommand, '[': testCommand, '[[': testCommand,
  echo: io => (io.out(echo(io.args, io.style === 'gnu' ? 'gnu' : 'ash')), 0),
  pwd: io => (io.out(`${io.ctx.cwd}\n`), 0),
  printf(io) {
    const result = printf(io.args, io.style === 'gnu' ? 'gnu' : 'ash')
    io.out(result.out)
    for (const message of result.messages) io.err(message.startsWith('usage') ? `${message}\n` : `printf: ${message}\n`)
    return result.status
  },
}

const PROGRAMS: Readonly<Record<string, (style: Style) => Program<never>>> = {
  ...networkPrograms as unknown as Record<string, (style: Style) => Program<never>>,
  cat: style => cat(style) as unknown as Program<never>,
  tee: style => tee(style) as unknown as Program<never>,
  head: style => head(style) as unknown as Program<never>,
  tail: style => tail(style) as unknown as Program<never>,
  sleep: style => sleep(style) as unknown as Program<never>,
  yes: () => yes() as unknown as Program<never>,
  grep: style => grep(style, 'grep') as unknown as Program<never>,
  egrep: style => grep(style, 'egrep') as unknown as Program<never>,
  fgrep: style => grep(style, 'fgrep') as unknown as Program<never>,
  env: style => env(style) as unknown as Program<never>,
  timeout: style => timeout(style) as unknown as Program<never>,
  xargs: style => xargs(style) as unknown as Program<never>,
  find: style => find(style, matches) as unknown as Program<never>,
  time: style => wrapper('time', style) as unknown as Program<never>,
  nohup: style => wrapper('nohup', style) as unknown as Program<never>,
  nice: style => wrapper('nohup', style) as unknown as Program<never>,
  setsid: style => wrapper('nohup', style) as unknown as Program<never>,
  top: style => top(style) as unknown as Program<never>,
  watch: style => wrapper('watch', style) as unknown as Program<never>,
}

/** busybox's applets that are simulated: what its images list in /bin. */
export const APPLETS: readonly string[] = [...Object.keys(COMMANDS), ...Object.keys(PROGRAMS), 'sh', 'ash'].filter(name => !PACKAGED.has(name))

const made = new Map<string, Program>()

/** The program, or undefined for a name that nobody simulates. */
export function commandOrShell(name: string): Program | undefined {
  let program = made.get(name)
  if (program === undefined) {
    program = make(name)
    if (program !== undefined) made.set(name, program)
  }
  return program
}

function make(name: string): Program | undefined {
  if (name === 'sh-ash' || name === 'busybox:sh' || name === 'busybox:ash') return shellProgram('ash') as unknown as Program
  if (name === 'sh-dash') return shellProgram('dash') as unknown as Program
  if (name === 'sh-bash') return shellProgram('bash') as unknown as Program
  if (name === 'busybox:busybox') return multiCall as unknown as Program
  const m = /^(busybox|gnu):(.+)$/.exec(name)
  if (m === null) return undefined
  const [, style, command] = m as unknown as [string, Style, string]
  if (Object.hasOwn(PROGRAMS, command)) return PROGRAMS[command]?.(style) as unknown as Program
  return Object.hasOwn(COMMANDS, command) ? (commandProgram(command, style, COMMANDS[command] as Command) as unknown as Program) : undefined
}

/** `busybox ls …` */
const multiCall: Program<{ argv: string[] }> = {
  start: ctx => ({ argv: [...ctx.argv.slice(1)] }),
  step({ argv }, ctx) {
    if (argv.length === 0 || argv[0] === '--list') {
      ctx.write(1, argv.length === 0 ? 'BusyBox v1.36.1 (2024-09-26 21:31:42 UTC) multi-call binary.\n' : `${[...APPLETS].sort().join('\n')}\n`)
      return { kind: 'exit', code: 0 }
    }
    if (ctx.processes.find(argv[0] as string, ctx.env.PATH).kind !== 'program') {
      ctx.write(2, `${argv[0]}: applet not found\n`)
      return { kind: 'exit', code: 127 }
    }
    return { kind: 'become', argv, env: ctx.env }
  },
}
