/** Brace expansion, which bash does before everything else: `{a,b}` and `{1..5}`. */
import type { Part, Word } from './ast'

const MAX_RANGE = 100_000

/** The words that a word stands for; itself when it has no braces to expand. */
export function braceExpanded(word: Word): Word[] {
  for (const [at, part] of word.entries()) {
    if (part.t !== 'lit') continue
    for (let open = part.s.indexOf('{'); open >= 0; open = part.s.indexOf('{', open + 1)) {
      const choices = choicesAt(word, at, open)
      if (choices === undefined) continue
      const before = [...word.slice(0, at), ...literal(part.s.slice(0, open))]
      return choices.words.flatMap(choice => braceExpanded([...before, ...choice, ...choices.rest]))
    }
  }
  return [word]
}

const literal = (s: string): Part[] => (s === '' ? [] : [{ t: 'lit', s }])

/** What stands between the brace at `open` of part `at` and its closing brace. */
function choicesAt(word: Word, at: number, open: number): { words: Word[]; rest: Word } | undefined {
  const words: Part[][] = [[]]
  let depth = 0
  for (let i = at; i < word.length; i++) {
    const part = word[i] as Part
    if (part.t !== 'lit') {
      words.at(-1)?.push(part)
      continue
    }
    let from = i === at ? open + 1 : 0
    for (let j = from; j <= part.s.length; j++) {
      const c = part.s[j]
      const isEnd = (c === '}' || c === ',') && depth === 0
      if (c === '{') depth++
      else if (c === '}' && depth > 0) depth--
      if (!isEnd && j < part.s.length) continue
      words.at(-1)?.push(...literal(part.s.slice(from, j)))
      from = j + 1
      if (c === ',' && isEnd) words.push([])
      if (c === '}' && isEnd) {
        const rest = [...literal(part.s.slice(j + 1)), ...word.slice(i + 1)]
        if (words.length > 1) return { words, rest }
        const range = rangeOf(words[0] as Part[])
        return range && { words: range, rest }
      }
    }
  }
  return undefined
}

function rangeOf(parts: Part[]): Word[] | undefined {
  const only = parts.length === 1 ? (parts[0] as Part) : undefined
  if (only?.t !== 'lit') return undefined
  const numbers = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/.exec(only.s)
  const letters = /^([a-zA-Z])\.\.([a-zA-Z])$/.exec(only.s)
  if (numbers === null && letters === null) return undefined
  const [from, to] = numbers ? [Number(numbers[1]), Number(numbers[2])] : [(letters?.[1] as string).charCodeAt(0), (letters?.[2] as string).charCodeAt(0)]
  const width = numbers && /^-?0\d/.test(`${numbers[1]} ${numbers[2]}`.replace(/.* (?=-?0\d)/, '')) ? Math.max((numbers[1] as string).length, (numbers[2] as string).length) : 0
  const by = Math.max(1, Math.abs(Number(numbers?.[3] ?? 1)))
  const out: Word[] = []
  for (let n = from; from <= to ? n <= to : n >= to; n += from <= to ? by : -by) {
    if (out.length >= MAX_RANGE) break
    out.push([{ t: 'lit', s: numbers ? String(n).padStart(width, '0') : String.fromCharCode(n) }])
  }
  return out
}
