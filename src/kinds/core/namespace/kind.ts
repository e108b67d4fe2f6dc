/** Namespace: a room for names, which is emptied before it goes. */
import { nameIsDnsLabel } from '../../../base/validation'
import { age, defineKind, name } from '../../kind'
import type { Namespace } from '../../schema/types/core.v1'

const NAME_LABEL = 'kubernetes.io/metadata.name'

export const namespace = defineKind<Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  scope: 'Cluster',
  generation: 'never',
  validateName: nameIsDnsLabel,
  subresources: {
    status: {
      prepareForUpdate(next, previous) {
        next.spec = previous.spec as NonNullable<Namespace['spec']>
      },
    },
    finalize: {
      prepareForUpdate(next, previous) {
        next.status = previous.status as NonNullable<Namespace['status']>
      },
    },
  },

  // upstream: pkg/apis/core/v1/defaults.go SetDefaults_Namespace
  applyDefaults(ns) {
    const { name, labels } = ns.metadata
    if (name !== undefined && name !== '') ns.metadata.labels = { ...labels, [NAME_LABEL]: name }
  },

  // upstream: pkg/registry/core/namespace/strategy.go
  prepareForCreate(ns) {
    ns.status = { phase: 'Active' }
    const finalizers = ns.spec?.finalizers ?? []
    if (!finalizers.includes('kubernetes')) ns.spec = { ...ns.spec, finalizers: [...finalizers, 'kubernetes'] }
  },
  // A generated name is known only now.
  canonicalize(ns) {
    if (ns.metadata.labels?.[NAME_LABEL] !== ns.metadata.name) ns.metadata.labels = { ...ns.metadata.labels, [NAME_LABEL]: ns.metadata.name }
  },
  prepareForUpdate(next, previous) {
    next.spec = { ...next.spec, finalizers: previous.spec?.finalizers as string[] }
    if (previous.spec?.finalizers === undefined) delete next.spec.finalizers
  },

  heldAfterDelete: ns => (ns.spec?.finalizers ?? []).length > 0,
  markDeleted(ns) {
    ns.status = { ...ns.status, phase: 'Terminating' }
  },

  fieldSelectors: { 'status.phase': ns => ns.status?.phase ?? '', name: ns => ns.metadata.name },
  columns: [name, { name: 'Status', type: 'string', cell: ns => ns.status?.phase ?? '' }, age],
})
