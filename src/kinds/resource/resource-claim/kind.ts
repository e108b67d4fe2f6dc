/** ResourceClaim: devices that a pod needs, and which it got. */
import { semanticEqual } from '../../../base/equal'
import { Findings, Path } from '../../../base/findings'
import { internalOf } from '../../core/pod/template/internal'
import { validateMetadataUpdate } from '../../core/pod/template/metadata'
import { age, defineKind, name } from '../../kind'
import { checked, checkMetadata } from '../../metadata-checks'
import type { ResourceClaim } from '../../schema/types/resource.v1'
import { defaultClaim, validateClaim } from '../claims'
import { validateClaimStatus } from './validate-status'

const SPEC = Path.of('spec')

export const resourceClaim = defineKind<ResourceClaim>({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceClaim',
  plural: 'resourceclaims',
  singular: 'resourceclaim',
  scope: 'Namespaced',
  generation: 'never',
  subresources: { status: { validateUpdate: validateClaimStatus } },

  applyDefaults(c) {
    c.spec ??= {}
    c.spec.devices ??= {}
    c.status ??= {}
    defaultClaim(c.spec)
  },
  prepareForCreate(c) {
    c.status = {}
  },
  validate: checked((f, c) => validateClaim(f, SPEC, c.spec)),
  // What nobody can change was found valid when it came.
  validateUpdate(next, previous) {
    const f = new Findings()
    checkMetadata(f, next.metadata, { previous: previous.metadata })
    validateMetadataUpdate(f, next, previous)
    if (!semanticEqual(next.spec, previous.spec)) f.invalid(SPEC, internalOf('ResourceClaimSpec', next.spec), 'field is immutable')
    return f.errors
  },

  columns: [name, { name: 'State', type: 'string', description: 'Pending, allocated, reserved.', cell: stateOf }, age],
})

/** upstream: pkg/printers/internalversion resourceClaimState */
function stateOf({ metadata, status }: ResourceClaim): string {
  const deleted = metadata.deletionTimestamp !== undefined
  const states = deleted ? ['deleted'] : []
  if (status?.allocation === undefined) {
    if (!deleted) states.push('pending')
  } else {
    states.push('allocated')
    if ((status.reservedFor ?? []).length > 0) states.push('reserved')
  }
  return states.join(',')
}
