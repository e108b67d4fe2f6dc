/** Lists of completion indexes: `1,3-5,7`. upstream: pkg/apis/batch/validation validateIndexesFormat */
import { goQuote } from '../../../base/field'

/** How many indexes there are, or what is wrong with the text. */
export function countIndexes(text: string, completions: number): number | string {
  if (text === '') return 0
  let last: number | undefined
  let total = 0
  for (const interval of text.split(',')) {
    const limits = readInterval(interval, completions)
    if (typeof limits === 'string') return limits
    const [first, end] = limits
    if (last !== undefined && last >= first) return notIncreasing(last, first)
    total += end - first + 1
    last = end
  }
  return total
}

const notIncreasing = (previous: number, current: number): string => `non-increasing order, previous: ${previous}, current: ${current}`

function readInterval(text: string, completions: number): [number, number] | string {
  const parts = text.split('-')
  if (parts.length > 2) return `the fragment ${goQuote(text)} violates the requirement that an index interval can have at most two parts separated by '-'`
  const limits: number[] = []
  for (const part of parts) {
    if (!/^\+?\d+$/.test(part)) return `cannot convert string to integer for index: ${goQuote(part)}`
    if (Number(part) >= completions) return `too large index: ${goQuote(part)}`
    limits.push(Number(part))
  }
  const [first, end = first] = limits as [number, number?]
  return parts.length > 1 && first >= end ? notIncreasing(first, end) : [first, end]
}
