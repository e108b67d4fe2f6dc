/** CustomResourceDefinition: a kind of objects that somebody else invented. */
import { nameIsDnsSubdomain } from '../../../base/validation'
import { defineKind, name } from '../../kind'
import type { CustomResourceDefinition } from '../../schema/types/apiextensions.v1'
import { validateDefinition, validateDefinitionUpdate } from './validate'

/** Holds a definition until its objects have gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io'

export const customResourceDefinition = defineKind<CustomResourceDefinition>({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  singular: 'customresourcedefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  scope: 'Cluster',
  allowUnconditionalUpdate: false,
  validateName: nameIsDnsSubdomain,
  subresources: { status: {} },

  applyDefaults(crd) {
    const { spec } = crd
    if (spec === undefined || spec === null) return
    spec.conversion ??= { strategy: 'None' }
    const { names } = spec
    if (names !== undefined && names !== null) {
      if ((names.singular ?? '') === '' && (names.kind ?? '') !== '') names.singular = names.kind.toLowerCase()
      if ((names.listKind ?? '') === '' && (names.kind ?? '') !== '') names.listKind = `${names.kind}List`
    }
    const service = spec.conversion.webhook?.clientConfig?.service
    if (service !== undefined) service.port ??= 443
  },

  prepareForCreate(crd) {
    crd.status = { conditions: null as never, acceptedNames: { plural: '', kind: '' }, storedVersions: null as never }
    const storage = crd.spec.versions?.find(v => v.storage)
    if (storage !== undefined) crd.status.storedVersions = [storage.name]
  },
  prepareForUpdate(next) {
    const storage = next.spec.versions?.find(v => v.storage)
    const stored = next.status?.storedVersions ?? []
    if (storage !== undefined && !stored.includes(storage.name)) next.status = { ...next.status, storedVersions: [...stored, storage.name] }
  },
  validate: validateDefinition,
  validateUpdate: validateDefinitionUpdate,

  // The first request marks the definition; its controller lets it go.
  heldAfterDelete: crd => crd.metadata.deletionTimestamp === undefined,
  markDeleted(next) {
    const { metadata } = next
    if (next.status?.conditions?.some(c => c.type === 'Terminating') === true) return
    metadata.finalizers = [...(metadata.finalizers ?? []).filter(f => f !== CLEANUP_FINALIZER), CLEANUP_FINALIZER]
    const condition = { type: 'Terminating', status: 'True', lastTransitionTime: metadata.deletionTimestamp as string, reason: 'InstanceDeletionPending', message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon' }
    next.status = { ...next.status, conditions: [...(next.status?.conditions ?? []), condition] }
  },

  columns: [name, { name: 'Created At', type: 'date', description: 'When the definition was made.', cell: crd => crd.metadata.creationTimestamp }],

  indexes: {
    /** Definitions by the group and plural of their objects. */
    group: crd => [crd.spec.group],
  },
})
