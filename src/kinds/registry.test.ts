import { describe, expect, it } from 'vitest'
import { Registry } from '../apiserver/registry'
import { rareKinds, transientKinds } from './rare'
import { builtInKinds, lateKinds } from './registry'

describe('the built-in kinds', () => {
  it('are made as their names said', () => {
    for (const late of lateKinds()) {
      const { group, plural, kind, version, view } = late.make()
      expect({ group, plural, kind }).toEqual({ group: late.group, plural: late.plural, kind: late.kind })
      expect(view?.of.group === group ? version : undefined, plural).toBe(late.furtherVersion)
    }
  })

  it('have all those among them that are not in the start-up snapshot', () => {
    const all = new Set<unknown>(builtInKinds())
    expect(rareKinds().filter(kind => !all.has(kind)).map(kind => kind.plural)).toEqual([])
    expect(rareKinds().length).toBeGreaterThan(30)
  })

  it('are found by plural, by kind and by version, each made once', () => {
    const registry = new Registry(lateKinds(), transientKinds)
    const stored = registry.kind('autoscaling', 'horizontalpodautoscalers')
    expect(stored.version).toBe('v2')
    expect(registry.kind('autoscaling', 'horizontalpodautoscalers', 'v1').version).toBe('v1')
    expect(registry.viewsOf(stored).map(view => view.version)).toEqual(['v1'])
    expect(registry.ofKind('batch', 'CronJob')).toBe(registry.find('batch', 'cronjobs'))
    expect(registry.kind('authentication.k8s.io', 'tokenreviews').transient).toBe(true)
    expect(() => registry.kind('batch', 'absent')).toThrow()
    expect([...registry.all()].filter(kind => kind.transient === true)).toEqual([])
  })
})
