/** Namespace. */
import { defineKind } from '../../kind'
import type { Namespace } from '../../schema/types/core.v1'

export const namespace = defineKind<Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  scope: 'Cluster',
  generation: 'never',
  subresources: { status: {} },
})
