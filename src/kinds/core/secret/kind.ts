/** Secret. */
import { age, defineKind, name } from '../../kind'
import type { Secret } from '../../schema/types/core.v1'
import { defaultSecret, secretWarnings, validateSecret, validateSecretUpdate } from './validate'

export const secret = defineKind<Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  scope: 'Namespaced',
  generation: 'never',
  applyDefaults: defaultSecret,
  validate: validateSecret,
  validateUpdate: validateSecretUpdate,
  warnings: secretWarnings,
  fieldSelectors: { type: s => s.type ?? '' },
  columns: [name, { name: 'Type', type: 'string', cell: s => s.type ?? '' }, { name: 'Data', type: 'string', cell: s => Object.keys(s.data ?? {}).length }, age],
})
