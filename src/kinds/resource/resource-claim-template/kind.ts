/** ResourceClaimTemplate: the claim that each pod which names it gets. */
import { semanticEqual } from '../../../base/equal'
import { Path, type Findings } from '../../../base/findings'
import { internalOf } from '../../core/pod/template/internal'
import { annotations, labels } from '../../core/pod/template/validate-text'
import { defineKind } from '../../kind'
import { checked, checkedUpdate } from '../../metadata-checks'
import type { ResourceClaimTemplate } from '../../schema/types/resource.v1'
import { defaultClaim, validateClaim } from '../claims'

const SPEC = Path.of('spec')
const META = SPEC.child('metadata')

export const resourceClaimTemplate = defineKind<ResourceClaimTemplate>({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceClaimTemplate',
  plural: 'resourceclaimtemplates',
  singular: 'resourceclaimtemplate',
  scope: 'Namespaced',
  generation: 'never',

  applyDefaults(t) {
    t.spec ??= {} as ResourceClaimTemplate['spec']
    t.spec.metadata ??= {}
    t.spec.spec ??= {}
    t.spec.spec.devices ??= {}
    defaultClaim(t.spec.spec)
  },
  validate: checked(validateTemplate),
  validateUpdate: checkedUpdate((f, next, previous) => {
    validateTemplate(f, next)
    if (!semanticEqual(next.spec, previous.spec)) f.invalid(SPEC, internalOf('ResourceClaimTemplateSpec', next.spec), 'field is immutable')
  }),
})

/** upstream: pkg/apis/resource/validation validateResourceClaimTemplateSpec */
function validateTemplate(f: Findings, { spec }: ResourceClaimTemplate): void {
  labels(f, META.child('labels'), spec.metadata?.labels)
  annotations(f, META.child('annotations'), spec.metadata?.annotations)
  validateClaim(f, SPEC.child('spec'), spec.spec)
}
