/** What a flag is shown to do: a command line with the flag in `[[…]]`, run with and without it, and what must be seen with it and not without it. */

export interface Case {
  /** Lines that prepare the cluster or the folder; those that begin with `!` may fail. */
  readonly before?: readonly string[]
  /** Looks at what these lines print afterwards, not at what the line itself printed. */
  readonly then?: readonly string[]
  /** Looks at the content of a file (a folder's list of names), `absent` without one. */
  readonly file?: string
  /** Goes over HTTP, and looks at the requests with their headers. */
  readonly wire?: true | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly stdin?: string
  readonly terminal?: boolean
  /** `GET /path` or `GET /path Host`: asked of the address that the line says it serves on, before Ctrl-C. */
  readonly ask?: string
  /** Ctrl-C after so long. */
  readonly interruptMs?: number
  /** Why a line that fails shows the effect; a line with the flag must not fail otherwise, for to refuse a value is no effect. */
  readonly fails?: string
  /** What is seen without the flag; without this, only what must not be seen. A command that fails without the flag has to state it. */
  readonly without?: string | RegExp
}

export interface Effect extends Case {
  readonly line: string
  readonly with: string | RegExp
}

/** By flag name. */
export type Effects = Readonly<Record<string, Effect>>
/** By command path, then by flag name. */
export type FlagTable = Readonly<Record<string, Effects>>

/** `with` is the whole of what is seen, or a pattern in it. */
export const shows = (line: string, seen: string | RegExp, more: Case = {}): Effect => ({ ...more, line, with: seen })

/** Whether what was seen is what was stated: all of it, or a pattern. */
export const holds = (stated: string | RegExp, seen: string): boolean => (typeof stated === 'string' ? seen.trimEnd() === stated.trimEnd() : stated.test(seen))

/** The line with the flag, and without it. */
export function bothLines(line: string): { withFlag: string; withoutFlag: string; given: string } {
  const match = /\[\[(.*?)\]\]/.exec(line)
  if (match === null) throw new Error(`no [[flag]] in ${line}`)
  return { withFlag: line.replace(match[0], match[1] as string), withoutFlag: line.replace(match[0], '').replace(/ +/g, ' ').trim(), given: match[1] as string }
}
