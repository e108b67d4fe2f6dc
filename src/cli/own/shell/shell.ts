/** `kubottle shell`: a prompt at which kubectl is answered by this process, and everything else by the person's own shell. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ExitError, UsageError } from '../../../base/errors'
import type { Clock } from '../../../base/clock'
import type { Access } from '../../access'
import type { Factory } from '../../factory'
import { childrenOf } from '../../flags/find'
import type { GlobalFlags } from '../../flags/types.gen'
import type { Invocation } from '../../invocation'
import type { IOStreams } from '../../io-streams'
import { stateFolder, writePrivate } from '../../kubeconfig/files'
import { completionAt } from './completion'
import { readLine } from './editor'
import { openHistory, recalled, type History } from './history'
import type { ShellHost } from './host'
import { Conversation } from './conversation'
import { factsOf, promptOf } from './prompt'
import { beginning, dotText, isUnfinished, mayBeUnfinished, wholeText, type Dialect } from './script'

export interface Options {
  readonly io: IOStreams
  readonly access: Access
  readonly host: ShellHost
  readonly clock: Clock
  readonly flags: GlobalFlags
  /** A line to run instead of a prompt. */
  readonly line: string | undefined
  /** Arguments of that line. */
  readonly args: readonly string[]
}

/** Throws UsageError. */
export function toOptions(invocation: Invocation<'kubottle shell'>, { io, access, clock }: Factory): Options {
  const { flags, changed, args } = invocation
  const line = changed.has('command') ? flags.command : undefined
  if (args.length > 0 && line === undefined) throw invocation.usageError(`no arguments are taken, got ${args.length}; a line to run is given with -c`)
  if (access.shellHost === undefined) throw new UsageError('there is no terminal and no shell here')
  return { io, access, host: access.shellHost, clock, flags, line, args }
}

/** Ends with the exit code of the last command. Throws ExitError, UsageError. */
export async function run(options: Options): Promise<void> {
  const { io, line } = options
  const code = line !== undefined || !io.stdinIsTerminal ? await runWhole(options) : await runPrompt(options)
  if (code !== 0) throw new ExitError('', code)
}

/** What another file of the state folder would be called. */
const fileIn = (io: IOStreams, name: string): string => join(stateFolder(io), name)

/** bash wherever there is one: its braces and brackets are what people are used to. Throws UsageError. */
function shellOf(host: ShellHost): { readonly dialect: Dialect; readonly program: string } {
  if (host.ask(['bash', '-c', '']).code === 0) return { dialect: 'bash', program: 'bash' }
  const { code, text } = host.ask(['sh', '-c', 'echo "${BASH_VERSION-}"'])
  if (code !== 0) throw new UsageError('"kubottle shell" needs bash or sh on the PATH')
  return { dialect: text.trim() === '' ? 'sh' : 'bash', program: 'sh' }
}

/** Verbs that no group of other things is called. */
const verbs = (): string[] => childrenOf('').filter(v => !['alpha', 'help', 'options', 'plugin', 'version'].includes(v))

function environment({ io, access, flags }: Options): Record<string, string | undefined> {
  const { ENV: _, BASH_ENV: __, ...env } = io.env
  return { ...env, PATH: `${access.programs}:${env['PATH'] ?? ''}`, KUBECONFIG: flags.kubeconfig || join(stateFolder(io), 'config') }
}

/** What one argument of a program can hold. */
const MOST_SCRIPT_BYTES = 100_000

/** `-c`, or a script on stdin. */
async function runWhole(options: Options): Promise<number> {
  const { io, host, args } = options
  const { dialect, program } = shellOf(host)
  aliasFileOf(io)
  const line = options.line ?? (await scriptOf(io))
  const text = beginning({ dialect, interactive: false, files: files(io), verbs: verbs() }) + wholeText()
  const command = [program, ...(program === 'bash' ? ['--norc', '--noprofile'] : []), '-c', text, 'kubottle', line, ...args]
  return new Conversation(options, { dialect, command, env: environment(options), interactive: false, dot: '' }).ended()
}

/** Throws UsageError. */
async function scriptOf({ stdin }: IOStreams): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stdin) chunks.push(chunk)
  const script = Buffer.concat(chunks)
  if (script.length > MOST_SCRIPT_BYTES) throw new UsageError(`a script on stdin may have ${MOST_SCRIPT_BYTES / 1000} kB; eval "$(kubottle env)" lets any shell run a longer one`)
  return script.toString('utf8')
}

/** The person's own settings, then the aliases that were made at the prompt. */
const files = (io: IOStreams): string[] => [fileIn(io, 'shellrc'), fileIn(io, 'shell_aliases')]

/** Made with what everybody has; from then on it is the person's. */
function aliasFileOf(io: IOStreams): string {
  const file = fileIn(io, 'shell_aliases')
  mkdirSync(stateFolder(io), { recursive: true })
  if (readOr(file) === undefined) writePrivate(file, "alias k='kubectl'\n")
  return file
}

/** Lines that are kept unless the person says otherwise. */
const HISTORY_LINES = 5000

function historyOf(io: IOStreams): History {
  const named = io.env['KUBOTTLE_HISTORY']
  if (named === 'off' || named === '') return openHistory(undefined, HISTORY_LINES)
  return openHistory(named ?? fileIn(io, 'shell_history'), HISTORY_LINES)
}

async function runPrompt(options: Options): Promise<number> {
  const { io, host, access, flags, clock } = options
  const { dialect, program } = shellOf(host)
  const colours = (io.env['NO_COLOR'] ?? '') === '' && io.env['TERM'] !== 'dumb'
  const history = historyOf(io)
  const aliasFile = aliasFileOf(io)
  const dot = fileIn(io, 'sh')
  writeFileSync(dot, dotText(), { mode: 0o600 })
  const command = dialect === 'bash' ? [program, '--norc', '--noprofile'] : [program, '-i', '+m']
  const talk = new Conversation(options, { dialect, command, env: { ...environment(options), ...(dialect === 'sh' ? { PS1: '', PS2: '' } : {}) }, interactive: true, dot, history })
  await talk.begin(beginning({ dialect, interactive: true, files: files(io), verbs: verbs() }))
  let cut = ''
  for (let left = MOST_LINES; left > 0 && talk.code === undefined; left--) {
    const streams = talk.streams()
    const prompt = promptOf(factsOf(streams, flags, access, clock), streams, talk.status, colours)
    const unfinished = (text: string): boolean => mayBeUnfinished(text) && isUnfinished(text, host.ask([program, '-n', '-c', text]).text)
    const read = await readLine(prompt, {
      host, history, colours, write: io.stdout, unfinished,
      complete: (text, at) => completionAt(text, at, { env: talk.env, cwd: talk.cwd, aliases: talk.aliases, verbs: verbs(), kubectl: words => talk.completions(words) }),
    }, cut)
    cut = read.cut
    if (read.typed === 'interrupted') {
      talk.status = 130
      continue
    }
    if (read.typed === 'ended') return talk.end()
    await runLine(read.typed.line, talk, history, io)
    if (talk.aliases !== (readOr(aliasFile) ?? '')) writePrivate(aliasFile, talk.aliases)
  }
  return talk.code ?? 0
}

/** More than anybody types. */
const MOST_LINES = 1e9

async function runLine(typed: string, talk: Conversation, history: History, io: IOStreams): Promise<void> {
  let line = typed
  try {
    const meant = recalled(typed, history.lines)
    if (meant !== undefined) io.stdout(`${meant}\n`)
    line = meant ?? typed
  } catch (error) {
    io.stderr(`kubottle: ${(error as Error).message}\n`)
    talk.status = 1
    return
  }
  history.add(line)
  if (line.trim() !== '') await talk.run(line)
}

function readOr(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
