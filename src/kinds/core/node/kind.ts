/** Node. */
import { defineKind } from '../../kind'
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
})
