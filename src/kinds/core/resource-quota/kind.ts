/** ResourceQuota: what the objects of a namespace may use together. */
import { age, defineKind, name } from '../../kind'
import type { ResourceQuota } from '../../schema/types/core.v1'
import { roundResources } from '../pod/template/resources'
import { validateQuota, validateQuotaStatus, validateQuotaUpdate } from './validate'

/** Name of the total by namespace: how many quotas there are. */
export const QUOTAS = 'quotas'

export const resourceQuota = defineKind<ResourceQuota>({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  singular: 'resourcequota',
  shortNames: ['quota'],
  scope: 'Namespaced',
  generation: 'never',
  returnsDeletedObject: true,
  allowUnconditionalUpdate: true,
  subresources: { status: { validateUpdate: validateQuotaStatus } },

  applyDefaults(q) {
    roundResources(q.spec?.hard)
    roundResources(q.status?.hard)
    roundResources(q.status?.used)
  },
  prepareForCreate(q) {
    q.status = {}
  },
  totals: q => [{ name: QUOTAS, key: q.metadata.namespace as string, amounts: { quotas: 1 } }],
  validate: validateQuota,
  validateUpdate: validateQuotaUpdate,

  // upstream: pkg/printers/internalversion printResourceQuota
  columns: [
    name,
    { name: 'Request', type: 'string', cell: q => amounts(q, resource => !resource.startsWith('limits')) },
    { name: 'Limit', type: 'string', cell: q => amounts(q, resource => resource.startsWith('limits')) },
    age,
  ],
})

/** `pods: 1/10, requests.cpu: 500m/1` */
function amounts({ status }: ResourceQuota, wanted: (resource: string) => boolean): string {
  const { hard = {}, used = {} } = status ?? {}
  return Object.keys(hard).filter(wanted).sort().map(r => `${r}: ${used[r] ?? '0'}/${hard[r]}`).join(', ')
}
