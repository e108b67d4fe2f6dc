/** ValidatingAdmissionPolicyBinding: puts a policy to work, with parameters and for a part of the cluster. */
import { Findings } from '../../../base/findings'
import { age, defineKind, name } from '../../kind'
import type { ValidatingAdmissionPolicyBinding } from '../../schema/types/admissionregistration.v1'
import { defaultMatch, validateMatch, validateParamRef } from '../match-rules'
import { paramRefCell, SPEC, validatePolicyName } from '../policies'

const ACTIONS = ['Audit', 'Deny', 'Warn']

export const validatingAdmissionPolicyBinding = defineKind<ValidatingAdmissionPolicyBinding>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  plural: 'validatingadmissionpolicybindings',
  singular: 'validatingadmissionpolicybinding',
  categories: ['api-extensions'],
  scope: 'Cluster',
  allowUnconditionalUpdate: false,
  applyDefaults(b) {
    b.spec ??= { policyName: '', validationActions: [] }
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

function validateBinding({ spec }: ValidatingAdmissionPolicyBinding): Findings['errors'] {
  const f = new Findings()
  validatePolicyName(f, spec.policyName)
  validateParamRef(f, SPEC.child('paramRef'), spec.paramRef)
  validateMatch(f, SPEC.child('matchResources'), spec.matchResources)
  const at = SPEC.child('validationActions')
  const actions = spec.validationActions ?? []
  const seen = new Set<string>()
  for (const [i, a] of actions.entries()) {
    if (!ACTIONS.includes(a)) f.unsupported(at.at(i), a, ACTIONS)
    if (seen.has(a)) f.duplicate(at.at(i), a)
    seen.add(a)
  }
  if (seen.has('Deny') && seen.has('Warn')) f.invalid(at, actions, 'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)')
  if (seen.size === 0) f.required(at, 'at least one validation action is required')
  return f.errors
}
