import { describe, expect, it } from 'vitest'
import { conditionOf } from './conditions'

const met = (text: string, object: object): boolean => {
  const condition = conditionOf(text)
  return condition.kind === 'state' && condition.met(object as never)
}
const ready = { metadata: { name: 'p', generation: 2 }, status: { observedGeneration: 2, replicas: 3, conditions: [{ type: 'Ready', status: 'True' }, { type: 'Old', status: 'True', observedGeneration: 1 }] } }

describe('--for', () => {
  it('compares conditions without case, and not those of an older generation', () => {
    expect(met('condition=ready', ready)).toBe(true)
    expect(met('condition=Ready=false', ready)).toBe(false)
    expect(met('condition=Old', ready)).toBe(false)
    expect(met('condition=Nosuch', ready)).toBe(false)
  })
  it('compares what a path finds', () => {
    expect(met("jsonpath={.status.replicas}=3", ready)).toBe(true)
    expect(met("jsonpath='{.status.replicas}'".replaceAll("'", ''), ready)).toBe(true)
    expect(met('jsonpath={.status.nosuch}', ready)).toBe(false)
    expect(met('jsonpath={.status.conditions[?(@.type=="Ready")].status}=True', ready)).toBe(true)
  })
  it('says what cannot be compared', () => {
    expect(() => met('jsonpath={.status.conditions[*].type}', ready)).toThrow('given jsonpath expression matches more than one value')
    expect(() => met('jsonpath={.status}=x', ready)).toThrow('jsonpath leads to a nested object or list which is not supported')
    expect(() => conditionOf('jsonpath={.a}=')).toThrow('jsonpath wait has to have a value after equal sign')
    expect(() => conditionOf('jsonpath={.a}=b=c')).toThrow('jsonpath wait format must be')
    expect(() => conditionOf('sunrise')).toThrow('unrecognized condition: "sunrise"')
  })
})
