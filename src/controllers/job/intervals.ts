/** Ordered intervals of completion indexes: `1,3-5,7`. Pure. upstream: pkg/controller/job/indexed_job_utils.go orderedIntervals */

export type Intervals = readonly (readonly [first: number, last: number])[]

/** Reads what the status says; indexes from `completions` on are left out. */
export function parseIntervals(text: string | undefined, completions: number): Intervals {
  const found: [number, number][] = []
  for (const part of (text ?? '') === '' ? [] : (text as string).split(',')) {
    const [first, last = first] = part.split('-').map(Number) as [number, number?]
    if (first >= completions || Number.isNaN(first)) break
    found.push([first, Math.min(last, completions - 1)])
  }
  return found
}

/** Three in a row are written as a range, two as a pair. */
export function intervalsText(intervals: Intervals): string {
  return intervals.map(([a, b]) => (a === b ? `${a}` : `${a}${b === a + 1 ? ',' : '-'}${b}`)).join(',')
}

export const totalOf = (intervals: Intervals): number => intervals.reduce((n, [a, b]) => n + b - a + 1, 0)

export function hasIndex(intervals: Intervals, index: number): boolean {
  let [low, high] = [0, intervals.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const [first, last] = intervals[middle] as readonly [number, number]
    if (index < first) high = middle - 1
    else if (index > last) low = middle + 1
    else return true
  }
  return false
}

/** The intervals with these indexes added. */
export function withIndexes(intervals: Intervals, indexes: Iterable<number>): Intervals {
  const added = [...indexes].filter(i => !hasIndex(intervals, i)).map(i => [i, i] as const)
  if (added.length === 0) return intervals
  const merged: [number, number][] = []
  for (const [first, last] of [...intervals, ...added].sort((a, b) => a[0] - b[0])) {
    const before = merged.at(-1)
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last)
    else merged.push([first, last])
  }
  return merged
}
