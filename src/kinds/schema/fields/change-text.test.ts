/** The quick way through an update says what the way by sets says. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { typeNamed } from '../table'
import { changeTexts } from './change-text'
import { compare } from './compare'
import { NO_RESET } from './reset-fields'
import { changedSet } from './text'

const podType = typeNamed('core.v1.Pod')
const text = fc.constantFrom('a', 'b', 'c')
const keyed = <T>(items: fc.Arbitrary<T>, key: (item: T) => unknown) => fc.option(fc.uniqueArray(items, { maxLength: 4, selector: key }), { nil: undefined })
const conditions = keyed(fc.record({ type: text, status: text, reason: fc.option(text, { nil: undefined }), observedGeneration: fc.option(fc.nat(2), { nil: undefined }) }), c => c.type)
const ips = keyed(fc.record({ ip: text }), i => i.ip)
const ports = keyed(fc.record({ containerPort: fc.nat(2), protocol: fc.option(fc.constantFrom('TCP', 'UDP'), { nil: undefined }), name: fc.option(text, { nil: undefined }) }), p => `${p.containerPort} ${p.protocol ?? 'TCP'}`)
const container = fc.record({ name: text, image: text, ports, env: keyed(fc.record({ name: text, value: fc.option(text, { nil: undefined }) }), e => e.name) })
const pod = fc.record({
  metadata: fc.record({ name: fc.constant('p'), labels: fc.option(fc.dictionary(text, text), { nil: undefined }), finalizers: fc.option(fc.uniqueArray(text), { nil: undefined }) }),
  spec: fc.record({ containers: fc.uniqueArray(container, { maxLength: 3, selector: c => c.name }) }),
  status: fc.option(fc.record({ phase: text, conditions, podIPs: ips }), { nil: undefined }),
}).map(p => JSON.parse(JSON.stringify(p)) as object)

describe('the texts of a change', () => {
  it('are those of the sets that a comparison finds', () => {
    fc.assert(
      fc.property(pod, pod, (previous, next) => {
        const { changed, removed } = changedSet(compare(podType, previous, next), NO_RESET.set)
        expect(changeTexts(podType, previous, next, NO_RESET)).toEqual({ changed: changed.toText(), removed: removed.toText() })
      }),
      { seed: 7, numRuns: 3_000 },
    )
  })
})
