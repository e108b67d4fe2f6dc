import { expect, it } from 'vitest'
import { fieldErrorBody, type FieldErrors } from '../../../base/field'
import { priorityClass } from './kind'

const texts = (errors: FieldErrors | undefined): string[] => [...(errors ?? [])].map(e => `${e.field}: ${fieldErrorBody(e)}`)
const made = (name: string, value: number) => ({ metadata: { name, resourceVersion: '1' }, value, preemptionPolicy: 'Never' })

it.each([
  ['high', 1_000_000_000, []],
  ['high', 1_000_000_001, ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000']],
  ['system-node-critical', 2_000_001_000, []],
  ['system-mine', 5, ["metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-mine is not a known system priority class"]],
])('%s of %d', (name, value, problems) => expect(texts(priorityClass.validate?.(made(name, value)))).toEqual(problems))

it('keeps its value', () => expect(texts(priorityClass.validateUpdate?.(made('high', 2), made('high', 1)))).toEqual(['value: Forbidden: may not be changed in an update.']))
