/** The line that is being typed: a text, a place in it, and what each editing act makes of both. upstream: readline's Emacs mode */

/** Places are offsets in UTF-16 units, always between two characters as a person sees them. */
export interface Line {
  readonly text: string
  readonly at: number
  /** What was cut last, for Ctrl-Y. */
  readonly cut: string
  /** The last act cut something: the next one adds to it. */
  readonly cutting: boolean
}

export const emptyLine = (cut = ''): Line => ({ text: '', at: 0, cut, cutting: false })

/** With another text, the place at its end. */
export const withText = ({ cut }: Line, text: string, at = text.length): Line => ({ text, at, cut, cutting: false })

export function inserted({ text, at, cut }: Line, added: string): Line {
  return { text: text.slice(0, at) + added + text.slice(at), at: at + added.length, cut, cutting: false }
}

/** Instead of what stands between two places; the place follows. */
export function replaced({ text, cut }: Line, from: number, to: number, by: string): Line {
  return { text: text.slice(0, from) + by + text.slice(to), at: from + by.length, cut, cutting: false }
}

/** Characters as a person sees them. */
export const charactersOf = (text: string): string[] => {
  if (/^[\x20-\x7e]*$/.test(text)) return text.split('')
  return [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].map(s => s.segment)
}

const before = (text: string, at: number): number => at - (charactersOf(text.slice(0, at)).at(-1)?.length ?? 0)
const after = (text: string, at: number): number => at + (charactersOf(text.slice(at))[0]?.length ?? 0)
const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1
const lineEnd = (text: string, at: number): number => (text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at))

/** Letters and digits make words. */
const isWord = (text: string, at: number): boolean => /[\p{L}\p{N}]/u.test(String.fromCodePoint(text.codePointAt(at) ?? 0))

function wordStart(text: string, from: number): number {
  let at = from
  while (at > 0 && !isWord(text, at - 1)) at--
  while (at > 0 && isWord(text, at - 1)) at--
  return at
}

function wordEnd(text: string, from: number): number {
  let at = from
  while (at < text.length && !isWord(text, at)) at++
  while (at < text.length && isWord(text, at)) at++
  return at
}

/** Back to the blank before the word, as Ctrl-W sees words. */
function blankBefore(text: string, from: number): number {
  let at = from
  while (at > 0 && /\s/.test(text[at - 1] as string)) at--
  while (at > 0 && !/\s/.test(text[at - 1] as string)) at--
  return at
}

const moved = (line: Line, at: number): Line => ({ ...line, at, cutting: false })

/** Cuts what lies between two places; what was cut just before stays with it, on its side. */
function cutOut({ text, at, cut, cutting }: Line, from: number, to: number): Line {
  const piece = text.slice(from, to)
  if (piece === '') return { text, at, cut, cutting }
  const whole = !cutting ? piece : from < at ? piece + cut : cut + piece
  return { text: text.slice(0, from) + text.slice(to), at: from, cut: whole, cutting: true }
}

function deleted({ text, cut }: Line, from: number, to: number): Line {
  return { text: text.slice(0, from) + text.slice(to), at: from, cut, cutting: false }
}

/** The character at the place goes behind the next one; at the end the last two change places. */
function transposed(line: Line): Line {
  const { text } = line
  const at = line.at === text.length ? before(text, line.at) : line.at
  const from = before(text, at)
  const to = after(text, at)
  if (from === at || to === at) return line
  return { ...line, text: text.slice(0, from) + text.slice(at, to) + text.slice(from, at) + text.slice(to), at: to, cutting: false }
}

/** Changes the case of the word ahead. */
function recased(line: Line, change: (word: string) => string): Line {
  const end = wordEnd(line.text, line.at)
  return { ...line, text: line.text.slice(0, line.at) + change(line.text.slice(line.at, end)) + line.text.slice(end), at: end, cutting: false }
}

const capital = (word: string): string => word.toLowerCase().replace(/[\p{L}\p{N}]/u, c => c.toUpperCase())

export type Act = 'left' | 'right' | 'wordLeft' | 'wordRight' | 'start' | 'end' | 'deleteBack' | 'deleteAhead' | 'cutToEnd' | 'cutToStart' | 'cutBlankWord' | 'cutWordBack' | 'cutWordAhead' | 'paste' | 'transpose' | 'upper' | 'lower' | 'capital'

/** What an act makes of the line. */
export function edited(line: Line, act: Act): Line {
  const { text, at } = line
  switch (act) {
    case 'left': return moved(line, before(text, at))
    case 'right': return moved(line, after(text, at))
    case 'wordLeft': return moved(line, wordStart(text, at))
    case 'wordRight': return moved(line, wordEnd(text, at))
    case 'start': return moved(line, lineStart(text, at))
    case 'end': return moved(line, lineEnd(text, at))
    case 'deleteBack': return deleted(line, before(text, at), at)
    case 'deleteAhead': return deleted(line, at, after(text, at))
    // At the end of a line of several, the next one is joined.
    case 'cutToEnd': return cutOut(line, at, lineEnd(text, at) === at ? after(text, at) : lineEnd(text, at))
    case 'cutToStart': return cutOut(line, lineStart(text, at) === at ? before(text, at) : lineStart(text, at), at)
    case 'cutBlankWord': return cutOut(line, blankBefore(text, at), at)
    case 'cutWordBack': return cutOut(line, wordStart(text, at), at)
    case 'cutWordAhead': return cutOut(line, at, wordEnd(text, at))
    case 'paste': return inserted(line, line.cut)
    case 'transpose': return transposed(line)
    case 'upper': return recased(line, w => w.toUpperCase())
    case 'lower': return recased(line, w => w.toLowerCase())
    case 'capital': return recased(line, capital)
  }
}

/** The same column of the line above or below, undefined at the first or the last. */
export function vertical(line: Line, by: -1 | 1): Line | undefined {
  const { text, at } = line
  const start = lineStart(text, at)
  const column = at - start
  if (by < 0) {
    if (start === 0) return undefined
    const above = lineStart(text, start - 1)
    return moved(line, Math.min(above + column, start - 1))
  }
  const end = lineEnd(text, at)
  if (end === text.length) return undefined
  return moved(line, Math.min(end + 1 + column, lineEnd(text, end + 1)))
}
