/** Tells in a ValidatingAdmissionPolicy's status that it was looked at. upstream: pkg/controller/validatingadmissionpolicystatus */
import { defineController } from '../../client/controller'
import { validatingAdmissionPolicy } from '../../kinds/admissionregistration/validating-admission-policy/kind'
import type { ValidatingAdmissionPolicy } from '../../kinds/schema/types/admissionregistration.v1'

export const validatingAdmissionPolicyStatus = defineController<ValidatingAdmissionPolicy>({
  name: 'validatingadmissionpolicy-status-controller',
  reconciles: validatingAdmissionPolicy,
  async reconcile(policy, { client }) {
    const { generation } = policy.metadata
    if (policy.status?.observedGeneration === generation || policy.metadata.deletionTimestamp !== undefined) return
    await client.update(validatingAdmissionPolicy, { ...policy, status: { ...policy.status, observedGeneration: generation as number, typeChecking: {} } }, { subresource: 'status' })
  },
})
