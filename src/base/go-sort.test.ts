import { expect, it } from 'vitest'
import { sortAsGo } from './go-sort'

const GO = [40, 70, 0, 81, 51, 11, 22, 62, 92, 73, 3, 33, 44, 74, 14, 25, 55, 85, 96, 36, 66, 7, 77, 37, 18, 88, 48, 29, 99, 59]

const sorted = <T>(items: T[], less: (a: T, b: T) => boolean) => {
  const copy = [...items]
  sortAsGo(copy, less)
  return copy
}

it('sorts', () => {
  for (const n of [0, 1, 12, 13, 100, 5000]) {
    const items = Array.from({ length: n }, (_, i) => (i * 7919) % 10007)
    expect(sorted(items, (a, b) => a < b)).toEqual([...items].sort((a, b) => a - b))
    expect(sorted(items, (a, b) => a > b)).toEqual([...items].sort((a, b) => b - a))
  }
})
// Recorded from Go's sort.Sort: 30 items, compared by their last digit alone.
it('leaves what compares alike where Go leaves it', () => {
  expect(sorted(Array.from({ length: 30 }, (_, i) => (i * 37) % 100), (a, b) => a % 10 < b % 10)).toEqual(GO)
})
it('reverses what is always less, as an insertion sort does', () => expect(sorted([1, 2, 3, 4], () => true)).toEqual([4, 3, 2, 1]))
