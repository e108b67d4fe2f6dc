/**
 * Message literals (`Object.metadata{labels: …}`, `JSONPatch{op: …}`) of mutating policies, which the library does not read, written as calls
 * that it does. Every character of the rewritten text remembers where it came from. upstream: apiserver/pkg/cel/mutation
 */
export interface Rewritten {
  readonly text: string
  /** The offset in the original of an offset in `text`. */
  origin(offset: number): number
}

/** The function that a literal calls: `(name, fields)`. */
export const MESSAGE_FUNCTION = '__message'

const LITERAL = /^(?:Object|JSONPatch)(?:\.[A-Za-z_][\w]*)*(?=\s*\{)/

export function withoutLiterals(source: string): Rewritten {
  if (!/\b(?:Object|JSONPatch)\b/.test(source)) return { text: source, origin: offset => offset }
  const out: string[] = []
  const origins: number[] = []
  /** For each open brace: whether it is a literal's, and whether a field's value is open. */
  const braces: { literal: boolean; open: boolean; depth: number }[] = []
  let depth = 0
  const emit = (text: string, at: number): void => {
    for (const c of text) {
      out.push(c)
      origins.push(at)
    }
  }
  for (let i = 0; i < source.length; ) {
    const string = /^(?:[rRbB]{0,2})(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')/.exec(source.slice(i))
    if (string !== null && !/[\w]/.test(source[i - 1] ?? '')) {
      for (const [j, c] of [...string[0]].entries()) emit(c, i + j)
      i += string[0].length
      continue
    }
    const c = source[i] as string
    const literal = /[\w.]/.test(source[i - 1] ?? '') ? null : LITERAL.exec(source.slice(i))
    if (literal !== null) {
      const brace = source.indexOf('{', i + literal[0].length)
      emit(`${MESSAGE_FUNCTION}("${literal[0]}", {`, i)
      braces.push({ literal: true, open: false, depth })
      i = brace + 1
      continue
    }
    const top = braces[braces.length - 1]
    const field = top?.literal === true && !top.open && top.depth === depth ? /^(\??)([A-Za-z_]\w*)\s*:/.exec(source.slice(i)) : null
    if (field !== null && top !== undefined) {
      emit(`"${field[1]}${field[2]}": dyn(`, i)
      top.open = true
      i += field[0].length
      continue
    }
    if (c === '(' || c === '[') depth++
    else if (c === ')' || c === ']') depth--
    else if (c === '{') braces.push({ literal: false, open: false, depth })
    else if (c === ',' && top?.literal === true && top.open && top.depth === depth) {
      emit(')', i)
      top.open = false
    } else if (c === '}') {
      const closed = braces.pop()
      if (closed?.literal === true) {
        emit(closed.open ? ')})' : '})', i)
        i++
        continue
      }
    }
    emit(c, i)
    i++
  }
  return { text: out.join(''), origin: offset => origins[offset] ?? source.length }
}
