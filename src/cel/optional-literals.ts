/**
 * Elements that are left out when an optional holds nothing (`[?a, b]`, `{?"k": a}`), which the library does not read, written as calls
 * that it does. upstream: cel-go/parser (optional syntax), cel/library.go OptionalTypes
 */
import type { Rewritten } from './rewrite'

/** `some(optional)`: its value, or a mark that it holds none. */
export const SOME = '__some'
/** `present(list or map)` without what was marked. */
export const PRESENT = '__present'

const STRING = /(?:[rRbB]{0,2})(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')/y

interface Bracket {
  readonly start: number
  readonly isMap: boolean
  /** Where optional values begin and end. */
  readonly marked: { readonly question: number; from: number; to: number }[]
  open: boolean
}

export function withoutOptionals(source: string): Rewritten {
  if (!/[[{,]\s*\?/.test(source)) return { text: source, origin: offset => offset }
  const edits = editsOf(source)
  const out: string[] = []
  const origins: number[] = []
  for (let i = 0; i <= source.length; i++) {
    for (const text of edits.before.get(i) ?? []) {
      for (const c of text) {
        out.push(c)
        origins.push(i)
      }
    }
    if (i < source.length && !edits.dropped.has(i)) {
      out.push(source[i] as string)
      origins.push(i)
    }
  }
  return { text: out.join(''), origin: offset => origins[offset] ?? source.length }
}

/** What to write before which character, and which to leave out. */
function editsOf(source: string): { before: ReadonlyMap<number, string[]>; dropped: ReadonlySet<number> } {
  const before = new Map<number, string[]>()
  const dropped = new Set<number>()
  const write = (at: number, text: string): void => void before.set(at, [...(before.get(at) ?? []), text])
  const stack: (Bracket | undefined)[] = []
  const close = (top: Bracket, at: number): void => {
    const last = top.marked[top.marked.length - 1]
    if (top.open && last !== undefined) last.to = at
    top.open = false
  }
  for (let i = 0; i < source.length; i++) {
    STRING.lastIndex = i
    const string = STRING.exec(source)
    if (string !== null && !/\w/.test(source[i - 1] ?? '')) {
      i += string[0].length - 1
      continue
    }
    const c = source[i] as string
    const top = stack[stack.length - 1]
    if (c === '(' || (c === '[' && isIndex(source, i))) stack.push(undefined)
    else if (c === '[' || c === '{') stack.push({ start: i, isMap: c === '{', marked: [], open: false })
    else if (c === ')' || c === ']' || c === '}') {
      stack.pop()
      if (top === undefined) continue
      close(top, i)
      if (top.marked.length === 0) continue
      write(top.start, `${PRESENT}(`)
      write(i + 1, ')')
      for (const { question, from, to } of top.marked) {
        dropped.add(question)
        write(from, `${SOME}(`)
        write(to, ')')
      }
    } else if (top === undefined) continue
    else if (c === ',') close(top, i)
    else if (c === '?' && /[[{,]\s*$/.test(source.slice(0, i))) {
      top.marked.push({ question: i, from: i + 1, to: i + 1 })
      top.open = true
    } else if (c === ':' && top.isMap && top.open) {
      const last = top.marked[top.marked.length - 1]
      if (last !== undefined && last.from === last.question + 1) last.from = i + 1
    }
  }
  return { before, dropped }
}

/** A bracket after a value asks for an element of it. */
const isIndex = (source: string, at: number): boolean => /[\w)\]}"']\s*$/.test(source.slice(0, at)) && !/(?:^|\W)in\s*$/.test(source.slice(0, at))
