/** Node. */
import { defineKind } from '../../kind'
import { nodeTotals } from './capacity'
import type { Node } from '../../schema/types/core.v1'

export const node = defineKind<Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  scope: 'Cluster',
  generation: 'never',
  subresources: { status: {} },
  indexes: { image: n => (n.status?.images ?? []).flatMap(i => i.names ?? []) },
  totals: nodeTotals,
})
