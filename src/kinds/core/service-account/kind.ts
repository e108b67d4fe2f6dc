/** ServiceAccount: whom the processes of a pod are to the API. */
import { defineKind } from '../../kind'
import type { ServiceAccount } from '../../schema/types/core.v1'

export const serviceAccount = defineKind<ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  scope: 'Namespaced',
  generation: 'never',
  returnsDeletedObject: true,
  subresources: { token: {} },
})
