import { expect, it } from 'vitest'
import { patternOf } from './pattern'

it.each([
  ['^(?i)(abort|warn)?$', 'ABORT', true],
  ['^((?i)jan|feb)x$', 'JANx', true],
  ['^((?i)jan|feb)x$', 'janX', false],
  ['^[[:alpha:]_]+$', 'a_B', true],
  ['(?P<year>\\d+)-a', '12-a', true],
  ['a(?s:.)b', 'a\nb', true],
  ['a.b', 'a\nb', false],
  ['^(?i)[a-c]+$', 'AbC', true],
  ['^[a-z0-9\\-_]+$', 'a-_', true],
])('%s on %j: %s', (pattern, text, wanted) => expect(patternOf(pattern).test(text)).toBe(wanted))
