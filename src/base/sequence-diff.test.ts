import { describe, expect, it } from 'vitest'
import { unifiedDiff } from './sequence-diff'

describe('unifiedDiff', () => {
  it('is empty for equal texts', () => {
    expect(unifiedDiff('a\nb', 'a\nb')).toBe('')
  })
  it('shows three lines around a change', () => {
    expect(unifiedDiff('1\n2\n3\n4\n5\n6\n7\n8\n9', '1\n2\n3\n4\nx\n6\n7\n8\n9')).toBe('@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n')
  })
  it('keeps changes that lie far apart in hunks of their own', () => {
    const from = Array.from({ length: 30 }, (_, i) => `line ${i}`)
    const to = from.map((l, i) => (i === 2 || i === 25 ? `${l}!` : l))
    const out = unifiedDiff(from.join('\n'), to.join('\n'))
    expect(out.match(/^@@.*@@$/gm)).toEqual(['@@ -1,6 +1,6 @@', '@@ -23,7 +23,7 @@'])
  })
  it('counts an insertion from the line before it', () => {
    expect(unifiedDiff('a', 'a\nb')).toBe('@@ -1 +1,2 @@\n a\n+b\n')
  })
  it('draws matches out over lines too frequent to anchor them', () => {
    const body = Array.from({ length: 250 }, (_, i) => (i % 2 === 0 ? 'same' : `own ${i}`))
    const out = unifiedDiff(body.join('\n'), [...body.slice(0, 101), 'new', ...body.slice(101)].join('\n'))
    expect(out).toBe('@@ -99,6 +99,7 @@\n same\n own 99\n same\n+new\n own 101\n same\n own 103\n')
  })
})
