/** The one place that turns what was thrown into the text on stderr and the exit code. upstream: kubectl/pkg/cmd/util/helpers.go checkErr, StandardErrorMessage */
import { ConnectionError, ExitError, UsageError } from '../base/errors'
import { goQuote } from '../base/field'
import { StatusError } from '../base/status'

/** The kubeconfig is wrong. upstream: clientcmd.IsConfigurationInvalid */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.length === 1 ? `invalid configuration: ${problems[0]}` : `invalid configuration: [${problems.join(', ')}]`)
    this.name = 'ConfigurationError'
  }
}

/** upstream: clientcmd errContextNotFound */
export class ContextNotFound extends ConfigurationError {
  constructor(name: string) {
    super([`context was not found for specified context: ${name}`])
    this.message = this.problems[0] as string
  }
}

/** Prints the command's help on stdout, then the message, if any. upstream: kubectl/pkg/cmd/config helpErrorf */
export class HelpFirst extends UsageError {}

/** Several failures of one command: all are printed, one a line. upstream: utilerrors.Aggregate */
export class SeveralErrors extends Error {
  /** `listed`: even a single one is told as one of a list, without `error:` before it. */
  constructor(readonly errors: readonly unknown[], readonly listed = false) {
    super(errors.map(messageOf).join('\n'))
    this.name = 'SeveralErrors'
  }
}

/** Adds `before: ` to the message; a StatusError stays one, so that its reason is still told. upstream: cmdutil.AddSourceToErr */
export function withSource(verb: string, source: string, error: unknown): unknown {
  if (source === '') return error
  const before = `error when ${verb} ${goQuote(source)}`
  if (error instanceof StatusError) return new StatusError({ ...error.status, message: `${before}: ${error.status.message ?? ''}` })
  return error instanceof UsageError ? new UsageError(`${before}: ${error.message}`, error.exitCode) : error
}

export interface Outcome {
  readonly text: string
  readonly exitCode: number
}

const BUG = Symbol('bug')

/** What to print, ending in a newline unless empty, and the exit code. `verbose` adds the stack of a bug. */
export function outcomeOf(error: unknown, verbose: boolean): Outcome {
  const single = onlyOne(error)
  if (single instanceof ExitError) return { text: line(single.message), exitCode: single.exitCode }
  if (single instanceof StatusError && single.reason === 'Invalid') return { text: line(invalidText(single)), exitCode: 1 }
  if (single instanceof ConfigurationError) return { text: multiline('Error in configuration: ', single.problems), exitCode: 1 }
  if (single instanceof SeveralErrors) return { text: single.errors.map(messageOf).filter(text => text !== '').map(text => `${text}\n`).join(''), exitCode: 1 }
  const standard = standardMessage(single)
  if (standard === BUG) {
    const bug = single instanceof Error ? single : new Error(String(single))
    const message = bug.message.replace(/^kubottle bug: /, '').split('\n')[0]
    return { text: `error: kubottle bug: ${message}\n${verbose ? `${bug.stack}\n` : ''}`, exitCode: 1 }
  }
  return { text: line(standard), exitCode: single instanceof UsageError ? single.exitCode : 1 }
}

/** A list of one is as good as the one, but not a list within it: what is wrong with a kubeconfig is a list of its own. */
function onlyOne(error: unknown): unknown {
  if (error instanceof SeveralErrors && error.errors.length === 1 && !error.listed) return error.errors[0]
  if (error instanceof ConfigurationError && !(error instanceof ContextNotFound) && error.problems.length === 1) return new UsageError(error.problems[0] as string)
  return error
}

const line = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`)

/** The message as it stands inside another one or in a list. upstream: messageForError */
export function messageOf(error: unknown): string {
  if (error instanceof UsageError || error instanceof ExitError || error instanceof ConfigurationError) return error.message
  const standard = standardMessage(error)
  return standard === BUG ? (error instanceof Error ? error.message : String(error)) : standard
}

function standardMessage(error: unknown): string | typeof BUG {
  if (error instanceof StatusError) {
    const message = error.status.message ?? ''
    if (error.reason === 'Unauthorized') return `error: You must be logged in to the server (${message})`
    return error.reason === '' ? `Error from server: ${message}` : `Error from server (${error.reason}): ${message}`
  }
  if (error instanceof ConnectionError) {
    if (error.reason.includes('connection refused')) return `The connection to the server ${error.host} was refused - did you specify the right host or port?`
    return `Unable to connect to the server: ${error.reason}`
  }
  if (error instanceof HelpFirst && error.message === '') return ''
  if (error instanceof UsageError || error instanceof ConfigurationError) return error.message.startsWith('error: ') ? error.message : `error: ${error.message}`
  if (error instanceof RangeError && error.message.includes('call stack')) return 'error: something in what was given is nested too deeply'
  const system = systemMessage(error)
  return system === undefined ? BUG : `error: ${system}`
}

/** upstream: checkErr, StatusReasonInvalid */
function invalidText({ status }: StatusError): string {
  const { details, message = '' } = status
  if (details === undefined) return `The request is invalid${message === '' ? '' : `: ${message}`}`
  const causes = details.causes ?? []
  let text = 'The request is invalid'
  if (details.kind || details.name) text = `The ${details.kind ?? ''} ${goQuote(details.name ?? '')} is invalid`
  else if (message !== '' && causes.length === 0) text += `: ${message}`
  return causes.length === 0 ? text : multiline(`${text}: `, [...new Set(causes.map(c => `${c.field ?? ''}: ${c.message ?? ''}`))])
}

/** upstream: cmdutil.MultilineError */
function multiline(prefix: string, messages: readonly string[]): string {
  if (messages.length === 1) return `${prefix}${messages[0]}\n`
  return `${prefix}\n${messages.map(m => `* ${m}\n`).join('')}`
}

const ERRNO: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory', EACCES: 'permission denied', EISDIR: 'is a directory', ENOTDIR: 'not a directory', EEXIST: 'file exists', ENOSPC: 'no space left on device',
  EROFS: 'read-only file system', EPERM: 'operation not permitted', EMFILE: 'too many open files', ELOOP: 'too many levels of symbolic links', ENAMETOOLONG: 'file name too long',
  EFBIG: 'file too large', EDQUOT: 'disk quota exceeded', EIO: 'input/output error', EBUSY: 'device or resource busy',
}

/** A failed system call on the file that was named so, as Go words it. */
export const fileProblem = (error: unknown, name: string): string => systemMessage({ ...(error as object), code: (error as { code?: string }).code, syscall: 'open', path: name }) ?? String(error)

/** A failed system call as Go words it, `open x: no such file or directory`; undefined for anything else. */
function systemMessage(error: unknown): string | undefined {
  const { code, syscall, path } = (error ?? {}) as { code?: unknown; syscall?: string; path?: string }
  if (typeof code !== 'string' || syscall === undefined) return undefined
  const why = ERRNO[code]
  if (why === undefined) return undefined
  return path === undefined ? `${syscall}: ${why}` : `${syscall === 'scandir' ? 'open' : syscall} ${path}: ${why}`
}
