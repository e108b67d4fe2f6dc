/** Lines that were typed before: kept in a file of the person's own, walked through and searched. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync, appendFileSync } from 'node:fs'
import { dirname } from 'node:path'

export interface History {
  /** Oldest first. */
  readonly lines: readonly string[]
  /** What is empty, begins with a blank or is the last line again is not kept; another one like it goes. */
  add(line: string): void
}

/** A line break within an entry stands behind a backslash, as zsh writes it. */
const written = (line: string): string => `${line.replaceAll('\n', '\\\n')}\n`

/** The entries of a file, the last of equal ones each. */
export function entriesOf(text: string): string[] {
  const entries: string[] = []
  let entry = ''
  for (const line of text.split('\n')) {
    if (line.endsWith('\\')) {
      entry += `${line.slice(0, -1)}\n`
      continue
    }
    if ((entry + line).trim() !== '') entries.push(entry + line)
    entry = ''
  }
  return withoutEarlier(entries)
}

function withoutEarlier(lines: readonly string[]): string[] {
  const last = new Map(lines.map((line, i) => [line, i]))
  return lines.filter((line, i) => last.get(line) === i)
}

/** At most so many lines are kept; the file is shortened when there are a tenth more. */
export function openHistory(file: string | undefined, most: number): History {
  let lines: string[] = []
  if (file !== undefined) lines = readLines(file, most)
  return {
    get lines() {
      return lines
    },
    add(line) {
      const text = line.replace(/\s+$/, '')
      if (text === '' || /^\s/.test(text) || lines.at(-1) === text) return
      lines = [...lines.filter(l => l !== text), text].slice(-most)
      if (file !== undefined) quietly(() => appendFileSync(file, written(text), { mode: 0o600 }))
    },
  }
}

function readLines(file: string, most: number): string[] {
  let text = ''
  quietly(() => {
    text = readFileSync(file, 'utf8')
    // It may hold what nobody else is to read.
    chmodSync(file, 0o600)
  })
  const entries = entriesOf(text)
  const kept = entries.slice(-most)
  quietly(() => {
    mkdirSync(dirname(file), { recursive: true })
    if (text.split('\n').length > kept.length + most / 10) writeFileSync(file, kept.map(written).join(''), { mode: 0o600 })
  })
  return kept
}

/** A history that cannot be kept is no reason to stop. */
function quietly(work: () => void): void {
  try {
    work()
  } catch {
    // The lines of this session are there all the same.
  }
}

/** A walk through the lines, which begins behind the last. What was typed waits at its end. */
export interface Walk {
  readonly index: number
  readonly typed: string
}

/** The next line in that direction that is another one; undefined where there is none. */
export function walked(lines: readonly string[], { index, typed }: Walk, by: -1 | 1): { readonly walk: Walk; readonly text: string } | undefined {
  for (let i = index + by; i >= 0 && i <= lines.length; i += by) {
    if (i === lines.length) return { walk: { index: i, typed }, text: typed }
    if (lines[i] !== typed || by > 0) return { walk: { index: i, typed }, text: lines[i] as string }
  }
  return undefined
}

/** The last line before `index` that contains the text, and where. */
export function searched(lines: readonly string[], text: string, index: number): { readonly index: number; readonly at: number } | undefined {
  for (let i = Math.min(index, lines.length) - 1; i >= 0; i--) {
    const at = (lines[i] as string).lastIndexOf(text)
    if (at >= 0) return { index: i, at }
  }
  return undefined
}

/** `!!`, `!$`, `!kubectl` and `^old^new` stand for parts of earlier lines; undefined where nothing stands for anything. Throws Error for an event that is not there. */
export function recalled(line: string, lines: readonly string[]): string | undefined {
  const last = lines.at(-1)
  const swap = /^\^([^^]+)\^([^^]*)\^?$/.exec(line)
  if (swap !== null) {
    if (last === undefined || !last.includes(swap[1] as string)) throw new Error(`:s${line}: substitution failed`)
    return last.replace(swap[1] as string, () => swap[2] as string)
  }
  let [out, at, changed] = ['', 0, false]
  for (const { 0: piece, index } of line.matchAll(/'[^']*'|\\.|!(!|\$|-\d+|[A-Za-z][\w-]*)/g)) {
    out += line.slice(at, index)
    at = index + piece.length
    if (!piece.startsWith('!')) {
      out += piece
      continue
    }
    const event = piece.slice(1)
    const found = event === '!' || event === '$' ? last : event.startsWith('-') ? lines.at(Number(event)) : lines.findLast(l => l.startsWith(event))
    if (found === undefined) throw new Error(`${piece}: event not found`)
    out += event === '$' ? lastWord(found) : found
    changed = true
  }
  return changed ? out + line.slice(at) : undefined
}

/** The last word of a line, with its quotes. */
export const lastWord = (line: string): string => /('[^']*'|"[^"]*"|\\.|\S)+\s*$/.exec(line)?.[0].trimEnd() ?? ''
