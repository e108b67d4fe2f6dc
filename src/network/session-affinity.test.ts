import { expect, it } from 'vitest'
import type { Memory } from '../client/controller'
import { remembered } from './session-affinity'

it('leads a caller to the same endpoint until it stayed away too long, or the endpoint is gone', () => {
  const rows = new Map<string, unknown>()
  const memory: Memory = { get: key => rows.get(key) as never, put: (key, value) => void rows.set(key, value), delete: key => void rows.delete(key) }
  let n = 0
  const ask = (atMs: number, usable = ['a', 'b', 'c'], caller = 'x', uid = 'u'): string => remembered(memory, { service: 'default/web', uid, caller, timeoutMs: 1000 }, atMs, usable, () => usable[n++ % usable.length] as string)
  expect([ask(0), ask(500), ask(1500), ask(2500)]).toEqual(['a', 'a', 'a', 'a'])
  expect(ask(2500, undefined, 'y')).toBe('b')
  expect(ask(3501)).toBe('c')
  expect(ask(3502, ['a', 'b'])).toBe('b')
  expect(ask(3503)).toBe('b')
  expect(ask(3504, undefined, 'x', 'another')).toBe('b')
  expect(rows.get('default/web')).toEqual({ uid: 'another', sessions: { x: ['b', 4504] } })
})
