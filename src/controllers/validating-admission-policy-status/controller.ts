/** Tells in a ValidatingAdmissionPolicy's status what is wrong with its expressions for the types that it matches. upstream: pkg/controller/validatingadmissionpolicystatus */
import { defineController } from '../../client/controller'
import { typeWarnings, type KindsOfRules } from '../../kinds/admissionregistration/type-checking'
import { validatingAdmissionPolicy } from '../../kinds/admissionregistration/validating-admission-policy/kind'
import type { ValidatingAdmissionPolicy } from '../../kinds/schema/types/admissionregistration.v1'

export function validatingAdmissionPolicyStatus(kinds: KindsOfRules) {
  return defineController<ValidatingAdmissionPolicy>({
    name: 'validatingadmissionpolicy-status-controller',
    reconciles: validatingAdmissionPolicy,
    async reconcile(policy, { client }) {
      const { generation } = policy.metadata
      if (policy.status?.observedGeneration === generation || policy.metadata.deletionTimestamp !== undefined) return
      const expressionWarnings = typeWarnings(policy, kinds)
      const status = { ...policy.status, observedGeneration: generation as number, typeChecking: expressionWarnings === undefined ? {} : { expressionWarnings } }
      await client.update(validatingAdmissionPolicy, { ...policy, status }, { subresource: 'status' })
    },
  })
}
