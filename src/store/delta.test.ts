/** What a newer revision and a delta make is the older one. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { deltaTo, withDelta, type Delta } from './delta'

const asJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

it('a delta leads back to any older object', () => {
  const object = fc.dictionary(fc.constantFrom('a', 'b', 'c', 's', 'd', 'n'), fc.jsonValue({ maxDepth: 3 }).map(v => v as unknown))
  fc.assert(
    fc.property(object, object, (older, newer) => {
      const [before, after] = [asJson(older), asJson(newer)]
      const delta = deltaTo(before, after)
      expect(withDelta(after, delta === undefined ? undefined : (asJson(delta) as Delta))).toEqual(before)
      expect(after).toEqual(asJson(newer))
    }),
    { seed: 3, numRuns: 2_000 },
  )
})

it('what both share is not looked at', () => {
  const trap = new Proxy({}, { ownKeys: () => expect.unreachable(), get: () => expect.unreachable() })
  expect(deltaTo({ spec: trap, x: 1 }, { spec: trap, x: 2, y: [3] })).toEqual({ s: { x: 1 }, d: ['y'] })
  expect(deltaTo({ spec: trap, list: [{ a: 1 }] }, { spec: trap, list: [{ a: 1 }] })).toBeUndefined()
})
