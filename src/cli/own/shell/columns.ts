/** Lists what may stand in a word's place: with descriptions where there is room, else in columns. */
import { charactersOf } from './line'
import { widthOf } from './layout'

export interface Candidate {
  readonly word: string
  /** What it is, for a person. */
  readonly text: string
}

const GAP = 2
/** Fewer cells than this for a description are none. */
const LEAST_TEXT = 16

/** Lines for a terminal so wide; descriptions in grey where colours are wanted. */
export function listed(candidates: readonly Candidate[], columns: number, colours: boolean): string[] {
  const widest = Math.max(...candidates.map(c => widthOf(c.word)))
  const room = columns - widest - GAP - 1
  if (candidates.some(c => c.text !== '') && room >= LEAST_TEXT) {
    return candidates.map(({ word, text }) => {
      if (text === '') return word
      const shown = widthOf(text) > room ? `${charactersOf(text).slice(0, room - 1).join('')}…` : text
      return word + ' '.repeat(widest - widthOf(word) + GAP) + (colours ? `\x1b[90m${shown}\x1b[0m` : shown)
    })
  }
  const perRow = Math.max(1, Math.floor((columns - 1 + GAP) / (widest + GAP)))
  const rows = Math.ceil(candidates.length / perRow)
  // Down the columns, as ls does.
  return Array.from({ length: rows }, (_, row) => {
    const cells = candidates.filter((_, i) => i % rows === row).map(c => c.word)
    return cells.map((word, i) => (i === cells.length - 1 ? word : word + ' '.repeat(widest - widthOf(word) + GAP))).join('')
  })
}

/** What all words begin with. */
export function commonPrefix(words: readonly string[]): string {
  let prefix = words[0] ?? ''
  for (const word of words) while (!word.startsWith(prefix)) prefix = prefix.slice(0, -1)
  return prefix
}
