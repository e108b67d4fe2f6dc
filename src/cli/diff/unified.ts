/** What `diff -u -N` prints of two folders of files. upstream: GNU diffutils */
import { structuredPatch } from 'diff'

/** A file of either side; undefined where it is missing. */
export interface Pair {
  readonly name: string
  readonly from: string | undefined
  readonly to: string | undefined
}

export interface Sides {
  /** Folders as they are shown. */
  readonly from: string
  readonly to: string
  /** When the files were made. */
  readonly nowMs: number
}

/** The text, empty when nothing differs. */
export function unifiedDiff(pairs: readonly Pair[], { from, to, nowMs }: Sides): string {
  const sorted = [...pairs].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  return sorted.filter(p => (p.from ?? '') !== (p.to ?? '')).map(pair => {
    const [before, after] = [`${from}/${pair.name}`, `${to}/${pair.name}`]
    const { hunks } = structuredPatch(before, after, pair.from ?? '', pair.to ?? '', '', '', { context: 3 })
    const body = hunks.map(h => `@@ -${range(h.oldStart, h.oldLines)} +${range(h.newStart, h.newLines)} @@\n${h.lines.map(line => `${line}\n`).join('')}`).join('')
    return `diff -u -N ${before} ${after}\n--- ${before}\t${timeOf(pair.from, nowMs)}\n+++ ${after}\t${timeOf(pair.to, nowMs)}\n${body}`
  }).join('')
}

/** One line is told by its number alone; none at all begin at the line before. */
const range = (start: number, count: number): string => (count === 1 ? String(start) : `${count === 0 ? start - (start > 0 ? 1 : 0) : start},${count}`)

/** Missing files are as old as time. */
function timeOf(text: string | undefined, nowMs: number): string {
  const iso = new Date(text === undefined ? 0 : Math.floor(nowMs)).toISOString()
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}000000 +0000`
}
