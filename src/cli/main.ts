/** One command from argv to exit code: finds it, reads its flags, runs it, lets the cluster settle, words whatever went wrong. */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Clock } from '../base/clock'
import { ExitError, UsageError } from '../base/errors'
import { PROFILE_KINDS, type Access, type ProfileKind } from './access'
import { HelpFirst, outcomeOf } from './errors'
import { COMPLETE, COMPLETE_WITHOUT_TEXTS, completionCommand } from './completion/line'
import type { FactoryHandle } from './factory'
import { createFactory } from './factory'
import type { CommandDefinition } from './flags/definition'
import type { Found, Program } from './flags/find'
import { childrenOf, commandLine, findCommand, HELP } from './flags/find'
import type { ParsedFlags } from './flags/parse'
import { withAlphaFlags } from './flags/definition'
import { FlagError, parseFlags } from './flags/parse'
import { helpText, isRunnable } from './help/help'
import type { Invocation } from './invocation'
import { createInvocation } from './invocation'
import type { IOStreams } from './io-streams'
import { KubercError, applyKuberc } from './kuberc/apply'
import { runPlugin } from './plugin/run'
import type { Commands } from './registry'
import { createVerbosity } from './verbose/levels'
import { tellError } from './verbose/errors'
import { CHECKS, UsageErrorWithNote } from './usage/checks'
import { checkFirst } from './usage/first'

/** Ctrl-C, as a shell reports it. */
const INTERRUPTED = 130
/** Commands that wait or watch, which Ctrl-C does not kill: they end by themselves, with 1. upstream: kubectl/pkg/util/interrupt */
const END_BY_THEMSELVES = new Set(['get', 'events', 'logs', 'wait', 'delete', 'rollout status'])

/**
 * `argv` starts with the program's name, `kubectl` or `kubottle`. Never throws, never exits the process.
 * Everything written goes through `io`; a cluster that was opened is settled and closed before the answer.
 */
export async function main(argv: readonly string[], io: IOStreams, clock: Clock, access: Access, commands: Commands): Promise<number> {
  const [program = 'kubectl', ...words] = argv
  let found: Found | undefined
  let invoked: Invocation | undefined
  let handle: FactoryHandle | undefined
  let settling = false
  const fail = (thrown: unknown): number => {
    // What goes wrong after Ctrl-C goes wrong because of it.
    if (io.interrupt.aborted) return INTERRUPTED
    const error = handle?.ready()?.explain?.(thrown) ?? thrown
    const verbose = (io.env['KUBOTTLE_DEBUG'] ?? '') !== ''
    if (error instanceof UsageErrorWithNote) io.stderr(`${error.note}\n`)
    if (error instanceof HelpFirst && found !== undefined) io.stdout(helpText(program as Program, found.command, io))
    if (invoked !== undefined && (invoked.flags.v > 0 || invoked.flags.vmodule !== '')) tellError(error, createVerbosity(invoked.flags, io, clock))
    const { text, exitCode } = outcomeOf(error, verbose)
    io.stderr(text)
    // diff keeps 1 for "there are differences", which is an ExitError. upstream: cmdutil.CheckDiffErr
    return found?.command.path === 'diff' && !(error instanceof ExitError) ? exitCode + 1 : exitCode
  }
  const work = async (): Promise<number> => {
    try {
      const answer = await find(program as Program, words, io, access)
      if (typeof answer === 'number') return answer
      found = answer
      const read = readInvocation(program as Program, found, io, clock)
      if (typeof read === 'number') return read
      invoked = read
      handle = createFactory(invoked, io, clock, access)
      await runMeasured(invoked, handle, commands)
      const session = await handle.opened()
      settling = session !== undefined
      await session?.settle()
      settling = false
      return warningsAsErrors(invoked, handle)
    } catch (error) {
      if (error instanceof KubercError) {
        io.stderr(`error occurred while applying preferences ${error.message}\n`)
        return 1
      }
      const settled = await settleAfter(error, handle)
      return fail(settled)
    }
  }
  // A server ends by itself: it answers first what it has begun with. For who forwards ports Ctrl-C is the end, not a failure.
  const endsItself = (): boolean => (program === 'kubottle' && (found?.command.path === 'kubottle serve' || found?.command.path === 'kubottle shell')) || (found?.command.path === 'port-forward' && handle?.ready() !== undefined)
  const code = await Promise.race([work(), interruption(io.interrupt, endsItself)])
  if (code === INTERRUPTED && settling) io.stderr('kubottle: interrupted while the cluster was at work; the next command lets it go on\n')
  try {
    // After Ctrl-C whatever is still being opened is left to the end of the process: a transaction is whole or was not.
    const session = code === INTERRUPTED ? handle?.ready() : await handle?.opened()
    await session?.close()
  } catch (error) {
    if (code === 0) return fail(error)
  }
  return code === INTERRUPTED && handle?.ready() !== undefined && END_BY_THEMSELVES.has(found?.command.path ?? '') ? 1 : code
}

/** What a failed command did before it failed must still take its course; the first error is the one to tell. */
async function settleAfter(error: unknown, handle: FactoryHandle | undefined): Promise<unknown> {
  try {
    await (await handle?.opened())?.settle()
  } catch {
    // Opening failed, which is `error` itself, or settling did, which comes second.
  }
  return error
}

function interruption(signal: AbortSignal, endsItself: () => boolean): Promise<number> {
  if (signal.aborted) return Promise.resolve(INTERRUPTED)
  return new Promise(resolve => signal.addEventListener('abort', () => void (endsItself() || resolve(INTERRUPTED)), { once: true }))
}

/** The command that the words mean, or the exit code of a plugin. Throws UsageError, KubercError. */
async function find(program: Program, typed: readonly string[], io: IOStreams, access: Access): Promise<Found | number> {
  const words = applyKuberc(typed, io)
  if (words[0] === COMPLETE || words[0] === COMPLETE_WITHOUT_TEXTS) return completionCommand(words)
  let found: Found
  try {
    found = findCommand(program, words)
  } catch (error) {
    const code = await runPlugin(words, io, access)
    if (code !== undefined) return code
    throw error
  }
  const { command, rest } = found
  if (command.path === 'create' && rest[0] !== undefined && !rest[0].startsWith('-')) {
    const code = await runPlugin(words, io, access, 1)
    if (code !== undefined) return code
  }
  return found
}

/** An exit code when help has answered already. Throws UsageError. */
function readInvocation(program: Program, found: Found, io: IOStreams, clock: Clock): Invocation | number {
  const { command } = found
  const parsed = parse(found, io.env)
  const invocation = createInvocation(command, parsed, io, clock)
  for (const notice of parsed.notices) io.stderr(`${notice}\n`)
  if (command.path === HELP && parsed.flags['help'] !== true) return tellAbout(program, parsed.args, io)
  if (parsed.flags['help'] === true || !isRunnable(command.path)) {
    tellHelp(program, command, parsed.flags['help'] === true, io)
    return 0
  }
  profileOf(invocation)
  requireFlags(invocation)
  checkFirst(invocation, io)
  CHECKS[command.path]?.(invocation)
  if (childrenOf(command.path).length > 0 && CHECKS[command.path] !== undefined && !GROUPS_THAT_RUN.has(command.path)) {
    // A group without a subcommand: help, and yet a failure. upstream: cmdutil.DefaultSubCommandRun
    const say = command.path === 'rollout' ? io.stdout : io.stderr
    say(helpText(program, command, io))
    return 1
  }
  return invocation
}

/** `options` prints the flags when it is run, and has no help; nor have commands that are being tried out. */
function tellHelp(program: Program, command: CommandDefinition, asked: boolean, io: IOStreams): void {
  if (command.path === 'alpha') io.stderr('No alpha commands are available in this version of kubectl\n')
  else if (!asked || command.path !== 'options') io.stdout(helpText(program, command, io))
}

/** `kubectl help`: of an unknown command it tells what there is, and does not fail. */
function tellAbout(program: Program, topic: readonly string[], io: IOStreams): number {
  try {
    tellHelp(program, findCommand(program, topic).command, true, io)
  } catch {
    const text = helpText(program, findCommand(program, []).command, io)
    io.stderr(`Unknown help topic [${topic.map(word => `\`${word}\``).join(' ')}]\n\n${text.slice(text.indexOf('\n\n') + 1)}`)
  }
  return 0
}

/** They have subcommands, and do something without one. */
const GROUPS_THAT_RUN = new Set(['create', 'apply', 'cluster-info'])

function parse({ command, rest }: Found, env: IOStreams['env']): ParsedFlags {
  try {
    return parseFlags(withAlphaFlags(command, env), rest)
  } catch (error) {
    if (!(error instanceof FlagError)) throw error
    const line = commandLine(command.path)
    if (command.path === 'diff') throw new UsageError(`${error.message}\nSee '${line} -h' for help and examples`)
    if (command.path === 'options') throw new UsageError(`${error.message}\nRun 'kubectl options' without flags.`)
    throw new UsageError(`${error.message}\nSee '${line} --help' for usage.`)
  }
}

/** The profile that is wanted; `debug` has a flag of that name and another meaning. Throws UsageError. upstream: kubectl/pkg/cmd/profiling.go */
function profileOf({ path, flags }: Invocation): ProfileKind | undefined {
  const wanted = path === 'debug' ? 'none' : ((flags as { profile?: string }).profile ?? 'none')
  if (wanted === 'none') return undefined
  if (!(PROFILE_KINDS as readonly string[]).includes(wanted)) throw new UsageError(`unknown profile '${wanted}'`)
  return wanted as ProfileKind
}

/** Runs the command, measured if a flag says so; one that fails leaves no profile. */
async function runMeasured(invocation: Invocation, handle: FactoryHandle, commands: Commands): Promise<void> {
  const kind = profileOf(invocation)
  const { io, access } = handle.factory
  const end = kind === undefined ? undefined : await access.profile?.(kind)
  await runCommand(invocation, handle, commands)
  if (end !== undefined) writeFileSync(resolve(io.cwd, (invocation.flags as { 'profile-output': string })['profile-output']), await end())
}

function requireFlags(invocation: Invocation): void {
  const missing = [...invocation.definition.flags.values()].filter(f => f.required && !invocation.changed.has(f.name)).map(f => f.name)
  if (missing.length > 0) throw new UsageError(`required flag(s) "${missing.join('", "')}" not set`)
}

async function runCommand(invocation: Invocation, { factory }: FactoryHandle, commands: Commands): Promise<void> {
  if (!commands.has(invocation.path)) throw new UsageError(`kubottle: ${JSON.stringify(commandLine(invocation.path))} is not implemented yet`)
  await commands.run(invocation.path, invocation, factory)
}

function warningsAsErrors({ flags }: Invocation, { factory }: FactoryHandle): number {
  if (!flags['warnings-as-errors'] || factory.warningCount === 0) return 0
  throw new UsageError(`${factory.warningCount} ${factory.warningCount === 1 ? 'warning' : 'warnings'} received`)
}
