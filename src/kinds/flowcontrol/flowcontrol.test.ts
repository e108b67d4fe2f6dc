import { describe, expect, it } from 'vitest'
import { fieldErrorBody, type FieldErrors } from '../../base/field'
import type { FlowSchema, NonResourcePolicyRule, PriorityLevelConfiguration, QueuingConfiguration } from '../schema/types/flowcontrol.v1'
import { flowSchema } from './flow-schema/kind'
import { priorityLevelConfiguration } from './priority-level-configuration/kind'

const texts = (errors: FieldErrors | undefined): string[] => [...(errors ?? [])].map(e => `${e.field}: ${fieldErrorBody(e)}`)

describe('priority levels', () => {
  const level = (queuing: QueuingConfiguration): PriorityLevelConfiguration => {
    const p = { metadata: { name: 'pl' }, spec: { type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing } } } } as PriorityLevelConfiguration
    priorityLevelConfiguration.applyDefaults?.(p)
    return p
  }

  it('have shares and queues by default', () => {
    expect(level({}).spec.limited).toEqual({ nominalConcurrencyShares: 30, lendablePercent: 0, limitResponse: { type: 'Queue', queuing: { queues: 64, handSize: 8, queueLengthLimit: 50 } } })
  })

  it.each<[QueuingConfiguration, string[]]>([
    [{ queues: 64, handSize: 8 }, []],
    [{ queues: 512, handSize: 8 }, ['spec.limited.limitResponse.queuing.handSize: Invalid value: 8: required entropy bits of deckSize 512 and handSize 8 should not be greater than 60']],
    [{ queues: 4, handSize: 8 }, ['spec.limited.limitResponse.queuing.handSize: Invalid value: 8: should not be greater than queues (4)']],
  ])('deal hands that fit a hash: %j', (queuing, problems) => expect(texts(priorityLevelConfiguration.validate?.(level(queuing)))).toEqual(problems))
})

describe('flow schemas', () => {
  const schema = (rule: NonResourcePolicyRule, matchingPrecedence = 500): FlowSchema => ({ metadata: { name: 'fs' }, spec: { matchingPrecedence, priorityLevelConfiguration: { name: 'pl' }, rules: [{ subjects: [{ kind: 'User', user: { name: 'jane' } }], nonResourceRules: [rule] }] } })

  it.each([
    ['/healthz/*', []],
    ['healthz', ['must start with slash']],
    ['/a//b', ['must not contain double slash']],
    ['/a*', ['wildcard can only do suffix matching']],
  ])('match the path %j', (url, problems) => {
    expect(texts(flowSchema.validate?.(schema({ verbs: ['get'], nonResourceURLs: [url] })))).toEqual(problems.map(p => `spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: ${JSON.stringify(url)}: ${p}`))
  })

  it('leave the first place to the one that exempts', () => {
    expect(texts(flowSchema.validate?.(schema({ verbs: ['*'], nonResourceURLs: ['*'] }, 1)))).toEqual(["spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1"])
  })
})
