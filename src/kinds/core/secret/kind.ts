/** Secret. */
import { age, defineKind, name } from '../../kind'
import type { Secret } from '../../schema/types/core.v1'

export const secret = defineKind<Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  scope: 'Namespaced',
  generation: 'never',
  fieldSelectors: { type: s => s.type ?? '' },
  columns: [name, { name: 'Type', type: 'string', cell: s => s.type ?? '' }, { name: 'Data', type: 'string', cell: s => Object.keys(s.data ?? {}).length }, age],
})
