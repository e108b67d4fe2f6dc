/** MutatingAdmissionPolicyBinding: puts a mutating policy to work. */
import { Findings } from '../../../base/findings'
import { age, defineKind, name } from '../../kind'
import type { MutatingAdmissionPolicyBinding } from '../../schema/types/admissionregistration.v1'
import { defaultMatch, validateMatch, validateParamRef } from '../match-rules'
import { paramRefCell, SPEC, validatePolicyName } from '../policies'

export const mutatingAdmissionPolicyBinding = defineKind<MutatingAdmissionPolicyBinding>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingAdmissionPolicyBinding',
  plural: 'mutatingadmissionpolicybindings',
  singular: 'mutatingadmissionpolicybinding',
  categories: ['api-extensions'],
  scope: 'Cluster',
  allowUnconditionalUpdate: false,
  applyDefaults(b) {
    b.spec ??= {}
    defaultMatch(b.spec.matchResources)
  },
  validate: validateBinding,
  validateUpdate: next => validateBinding(next),
  columns: [
    name,
    { name: 'PolicyName', type: 'string', description: 'The policy that is bound.', cell: b => b.spec.policyName ?? '' },
    { name: 'ParamRef', type: 'string', description: 'The parameters that the policy is given.', cell: b => paramRefCell(b.spec.paramRef) },
    age,
  ],
})

function validateBinding({ spec }: MutatingAdmissionPolicyBinding): Findings['errors'] {
  const f = new Findings()
  validatePolicyName(f, spec.policyName)
  validateParamRef(f, SPEC.child('paramRef'), spec.paramRef)
  validateMatch(f, SPEC.child('matchResources'), spec.matchResources)
  return f.errors
}
