/** The same mistake in the words of each shell: busybox's ash, Debian's dash, bash. */
import type { ErrorCode } from '../files/file-system'
import { ERROR_TEXTS } from '../files/file-system'
import type { SyntaxProblem } from './ast'
import type { Flavour } from './lexer'
import type { ShellState } from './state'

/** Ends a shell that is not interactive (and, in any shell, the command under way). */
export class ShellFailure extends Error {
  constructor(message: string, readonly status: number, /** An assignment to a readonly variable and the like end even ash's functions. */ readonly fatal = true) {
    super(message)
  }
}

/** What stands before a message. `command` is the builtin that complains. */
export function prefix(sh: ShellState, line: number, command?: string): string {
  const isScript = !sh.isCommand && sh.input.kind === 'text'
  const isInteractive = sh.input.kind === 'stdin' && sh.input.interactive
  switch (sh.flavour) {
    case 'ash':
      // upstream: busybox shell/ash.c ash_vmsg
      if (command === undefined && !isScript) return `${sh.name}: `
      return `${sh.name}: ${command === undefined ? '' : `${command}: `}${isInteractive ? '' : `line ${line}: `}`
    case 'dash':
      return `${sh.name}: ${line}: ${command === undefined ? '' : `${command}: `}`
    case 'bash':
      return `${sh.name}: ${isInteractive ? '' : `line ${line}: `}${command === undefined ? '' : `${command}: `}`
  }
}

export function commandNotFound(sh: ShellState, line: number, name: string): string {
  // Bash says `No such file or directory` of a path, `command not found` of a name.
  if (sh.flavour === 'bash') return `${prefix(sh, line)}${name}: ${name.includes('/') ? 'No such file or directory' : 'command not found'}\n`
  return `${prefix(sh, line)}${name}: not found\n`
}

export function notExecutable(sh: ShellState, line: number, name: string, isDirectory: boolean): string {
  if (sh.flavour === 'bash') return `${prefix(sh, line)}${name}: ${isDirectory ? 'Is a directory' : 'Permission denied'}\n`
  return `${prefix(sh, line)}${name}: Permission denied\n`
}

export function redirectionFailed(sh: ShellState, line: number, path: string, code: ErrorCode, creates: boolean): string {
  const text = ERROR_TEXTS[code]
  if (sh.flavour === 'bash') return `${prefix(sh, line)}${path}: ${text}\n`
  // ash and dash have a word of their own for what is missing. upstream: errmsg() in busybox shell/ash.c, dash error.c
  const reason = code === 'ENOENT' || code === 'ENOTDIR' ? (creates ? (sh.flavour === 'ash' ? 'nonexistent directory' : 'Directory nonexistent') : sh.flavour === 'ash' ? 'no such file' : 'No such file') : text
  const verb = sh.flavour === 'ash' ? (creates ? "can't create" : "can't open") : creates ? 'cannot create' : 'cannot open'
  return `${prefix(sh, line)}${verb} ${path}: ${reason}\n`
}

export const badDescriptor = (sh: ShellState, line: number, fd: string): string =>
  sh.flavour === 'bash' || sh.flavour === 'dash' ? `${prefix(sh, line)}${fd}: Bad file descriptor\n` : `${prefix(sh, line)}${fd}: Bad file descriptor\n`

/** The status that a failed redirection leaves. */
export const redirectionStatus = (flavour: Flavour): number => (flavour === 'dash' ? 2 : 1)

export function parameterNotSet(sh: ShellState, line: number, name: string): string {
  return sh.flavour === 'bash' ? `${prefix(sh, line)}${name}: unbound variable\n` : `${prefix(sh, line)}${name}: parameter not set\n`
}

export function badSubstitution(sh: ShellState, line: number, text: string): string {
  if (sh.flavour === 'bash') return `${prefix(sh, line)}${text}: bad substitution\n`
  return `${prefix(sh, line)}${sh.flavour === 'ash' ? 'syntax error: bad substitution' : 'Bad substitution'}\n`
}

export function arithmeticFailed(sh: ShellState, line: number, expression: string, message: string): string {
  if (sh.flavour === 'ash') return `${prefix(sh, line)}${message}\n`
  if (sh.flavour === 'dash') return message === 'divide by zero' ? `${prefix(sh, line)}arithmetic expression: division by zero: "${expression}"\n` : `${prefix(sh, line)}arithmetic expression: expecting primary: "${expression}"\n`
  return message === 'divide by zero' ? `${prefix(sh, line)}${expression}: division by 0 (error token is "${expression.replace(/^.*[/%]\s*/, '')}")\n` : `${prefix(sh, line)}${expression}: syntax error: operand expected (error token is "${expression}")\n`
}

export function readOnly(sh: ShellState, line: number, name: string): string {
  return `${prefix(sh, line)}${name}: ${sh.flavour === 'bash' ? 'readonly variable' : 'is read only'}\n`
}

export function syntaxError(sh: ShellState, problem: SyntaxProblem): string {
  if (sh.flavour === 'bash') return bashSyntaxError(sh, problem)
  const head = sh.flavour === 'ash' ? `${prefix(sh, problem.line)}syntax error: ` : `${prefix(sh, problem.line)}Syntax error: `
  const named = (token: string): string => (token === 'newline' || token === 'redirection' || token === 'word' ? token : `"${token}"`)
  const expecting = 'expecting' in problem && problem.expecting !== undefined ? ` (expecting "${problem.expecting}")` : ''
  switch (problem.kind) {
    case 'unexpected': return sh.flavour === 'ash' ? `${head}unexpected ${named(problem.token)}${expecting}\n` : `${head}${named(problem.token)} unexpected${expecting}\n`
    case 'end': return sh.flavour === 'ash' ? `${head}unexpected end of file${expecting}\n` : `${head}end of file unexpected${expecting}\n`
    case 'unterminated': return `${head}${sh.flavour === 'ash' ? 'unterminated' : 'Unterminated'} quoted string\n`
    case 'badName': return `${head}${sh.flavour === 'ash' ? 'bad' : 'Bad'} function name\n`
    case 'badFor': return `${head}${sh.flavour === 'ash' ? 'bad' : 'Bad'} for loop variable\n`
    case 'badSubstitution': return `${head}bad substitution\n`
  }
}

function bashSyntaxError(sh: ShellState, problem: SyntaxProblem): string {
  const head = `${sh.name}: ${sh.isCommand ? '-c: ' : ''}line ${problem.line}: `
  switch (problem.kind) {
    case 'unexpected': return `${head}syntax error near unexpected token \`${problem.token}'\n`
    case 'end': return `${head}syntax error: unexpected end of file\n`
    case 'unterminated': return `${head}unexpected EOF while looking for matching \`${problem.what}'\n`
    case 'badName': case 'badFor': return `${head}\`${problem.token}': not a valid identifier\n`
    case 'badSubstitution': return `${head}${problem.token}: bad substitution\n`
  }
}
