/** test and `[`: files, strings, integers. */
import { FileError } from '../files/file-system'
import type { ProcessContext } from '../program'
import type { FileStat } from '../storage'
import type { Flavour } from '../shell/lexer'

const UNARY_FILE = new Set(['-b', '-c', '-d', '-e', '-f', '-g', '-h', '-k', '-L', '-O', '-G', '-N', '-p', '-r', '-s', '-S', '-t', '-u', '-w', '-x'])
const BINARY = new Set(['=', '==', '!=', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef'])

class TestError extends Error {}

/** Status 0 true, 1 false, 2 with a message when the expression is wrong. */
export function test(args: readonly string[], name: string, ctx: ProcessContext, flavour: Flavour | 'gnu'): { status: number; message?: string } {
  let words = args
  if (name === '[') {
    if (args.at(-1) !== ']') return { status: 2, message: flavour === 'bash' ? "missing `]'" : flavour === 'gnu' ? "missing ']'" : 'missing ]' }
    words = args.slice(0, -1)
  }
  try {
    return { status: evaluate(words, ctx, flavour) ? 0 : 1 }
  } catch (e) {
    if (!(e instanceof TestError)) throw e
    return { status: 2, message: e.message }
  }
}

function evaluate(words: readonly string[], ctx: ProcessContext, flavour: Flavour | 'gnu'): boolean {
  // POSIX decides by the number of arguments, so that `[ "$x" = "(" ]` means what it says.
  const [a, b, c, d] = words
  if (words.length === 0) return false
  if (words.length === 1) return a !== ''
  if (words.length === 2 && a === '!') return b === ''
  if (words.length === 3 && b !== undefined && BINARY.has(b)) return binary(a as string, b, c as string, ctx, flavour)
  if (words.length === 4 && a === '!' && c !== undefined && BINARY.has(c)) return !binary(b as string, c, d as string, ctx, flavour)
  let at = 0
  const peek = (): string | undefined => words[at]
  const unknown = (word: string | undefined): never => {
    throw new TestError(flavour === 'ash' ? `${word}: unknown operand` : flavour === 'dash' ? `${word}: unexpected operator` : flavour === 'gnu' ? `extra argument '${word}'` : words.length > 3 ? 'too many arguments' : `${word}: binary operator expected`)
  }
  const or = (): boolean => {
    let value = and()
    while (peek() === '-o') {
      at++
      const right = and()
      value = value || right
    }
    return value
  }
  const and = (): boolean => {
    let value = not()
    while (peek() === '-a') {
      at++
      const right = not()
      value = value && right
    }
    return value
  }
  const not = (): boolean => {
    if (peek() === '!' && at + 1 < words.length) {
      at++
      return !not()
    }
    return primary()
  }
  const primary = (): boolean => {
    const word = words[at++]
    if (word === undefined) throw new TestError(flavour === 'bash' ? 'argument expected' : 'argument expected')
    if (word === '(' && words.length > 1) {
      const value = or()
      if (words[at++] !== ')') throw new TestError(flavour === 'bash' ? "`)' expected" : 'closing paren expected')
      return value
    }
    const op = peek()
    if (op !== undefined && BINARY.has(op) && at + 1 < words.length) {
      at += 2
      return binary(word, op, words[at - 1] as string, ctx, flavour)
    }
    if (op !== undefined && (word === '-z' || word === '-n')) {
      at++
      return (op === '') === (word === '-z')
    }
    if (op !== undefined && UNARY_FILE.has(word)) {
      at++
      return testFile(word, op, ctx)
    }
    return word !== ''
  }
  const result = or()
  return at < words.length ? unknown(words[at]) : result
}

function binary(left: string, op: string, right: string, ctx: ProcessContext, flavour: Flavour | 'gnu'): boolean {
  switch (op) {
    case '=': case '==': return left === right
    case '!=': return left !== right
    case '<': return left < right
    case '>': return left > right
    case '-nt': case '-ot': case '-ef': return compareFiles(left, op, right, ctx)
    default: return compareIntegers(integer(left, flavour), op, integer(right, flavour))
  }
}

function integer(text: string, flavour: Flavour | 'gnu'): bigint {
  if (/^\s*[-+]?\d+\s*$/.test(text)) return BigInt(text.trim().replace(/^\+/, ''))
  throw new TestError(flavour === 'ash' ? `${text === '' ? "''" : text}: bad number`.replace(/^'': /, ': ') : flavour === 'dash' ? `Illegal number: ${text}` : flavour === 'gnu' ? `invalid integer '${text}'` : `${text}: integer expression expected`)
}

export function compareIntegers(a: bigint, op: string, b: bigint): boolean {
  switch (op) {
    case '-eq': return a === b
    case '-ne': return a !== b
    case '-lt': return a < b
    case '-le': return a <= b
    case '-gt': return a > b
    default: return a >= b
  }
}

function statOf(path: string, ctx: ProcessContext, follow = true): FileStat | undefined {
  try {
    return follow ? ctx.files.stat(path) : ctx.files.lstat(path)
  } catch (e) {
    if (e instanceof FileError) return undefined
    throw e
  }
}

export function compareFiles(left: string, op: string, right: string, ctx: ProcessContext): boolean {
  const [a, b] = [statOf(left, ctx), statOf(right, ctx)]
  if (op === '-ef') return a !== undefined && b !== undefined && ctx.files.realpath(left) === ctx.files.realpath(right)
  if (op === '-nt') return a !== undefined && (b === undefined || a.mtimeMs > b.mtimeMs)
  return b !== undefined && (a === undefined || a.mtimeMs < b.mtimeMs)
}

export function testFile(op: string, path: string, ctx: ProcessContext): boolean {
  if (op === '-t') return ctx.isTerminal(Number(path))
  const stat = statOf(path, ctx, op !== '-h' && op !== '-L')
  if (stat === undefined) return false
  switch (op) {
    case '-d': return stat.type === 'dir'
    case '-f': return stat.type === 'file' && !isDevice(path, ctx)
    case '-h': case '-L': return stat.type === 'symlink'
    case '-s': return stat.type === 'dir' || stat.size > 0 || ctx.files.read(path) !== ''
    case '-r': return ctx.files.access(path, 'r')
    case '-w': return ctx.files.access(path, 'w')
    case '-x': return ctx.files.access(path, 'x')
    case '-O': return stat.uid === ctx.user.uid
    case '-G': return stat.gid === ctx.user.gid
    case '-c': return isDevice(path, ctx)
    case '-k': return (stat.mode & 0o1000) !== 0
    case '-u': return (stat.mode & 0o4000) !== 0
    case '-g': return (stat.mode & 0o2000) !== 0
    case '-b': case '-p': case '-S': case '-N': return false
    default: return true
  }
}

const DEVICES = new Set(['/dev/null', '/dev/zero', '/dev/full', '/dev/random', '/dev/urandom', '/dev/tty'])
const isDevice = (path: string, ctx: ProcessContext): boolean => path.startsWith('/dev/') && DEVICES.has(ctx.files.realpath(path))
