import fc from 'fast-check'
import fastJsonPatch from 'fast-json-patch'
import { describe, expect, it } from 'vitest'
import { applyJsonPatch, type JsonPatchOperation } from './json-patch'

const key = fc.constantFrom('a', 'b', 'a/b', 'm~n', '')
const value = fc.letrec(tie => ({
  any: fc.oneof({ depthSize: 'small' }, fc.integer({ min: -5, max: 5 }), fc.string({ maxLength: 3 }), fc.boolean(), tie('list'), tie('map')),
  list: fc.array(tie('any'), { maxLength: 3 }),
  map: fc.dictionary(key, tie('any'), { maxKeys: 3 }),
})).map

describe('JSON patches that fast-json-patch makes', () => {
  it('turn one document into the other', () => {
    fc.assert(
      fc.property(value, value, (from, to) => {
        const patch = fastJsonPatch.compare(from as object, to as object)
        expect(applyJsonPatch(from, patch as unknown as JsonPatchOperation[])).toEqual(to)
      }),
      { numRuns: 300, seed: 7 },
    )
  })
})
