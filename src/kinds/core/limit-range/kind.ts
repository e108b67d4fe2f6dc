/** LimitRange: what a single object of a namespace may use, and what it gets when it does not say. */
import { defineKind, name } from '../../kind'
import type { LimitRange, LimitRangeItem } from '../../schema/types/core.v1'
import { roundResources } from '../pod/template/resources'
import { validateLimitRange, validateLimitRangeUpdate } from './validate'

/** Name of the total by namespace: how many limit ranges there are. */
export const LIMIT_RANGES = 'limit-ranges'

export const limitRange = defineKind<LimitRange>({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  singular: 'limitrange',
  shortNames: ['limits'],
  scope: 'Namespaced',
  generation: 'never',

  applyDefaults(lr) {
    for (const item of lr.spec?.limits ?? []) defaultItem(item)
  },
  // upstream: pkg/registry/core/limitrange/strategy.go
  prepareForCreate(lr, { draw }) {
    if ((lr.metadata.name ?? '') === '') lr.metadata.name = draw.uuid(lr.metadata.uid as string, 'name')
  },
  totals: lr => [{ name: LIMIT_RANGES, key: lr.metadata.namespace as string, amounts: { ranges: 1 } }],
  validate: validateLimitRange,
  validateUpdate: validateLimitRangeUpdate,
  columns: [name, { name: 'Created At', type: 'date', cell: lr => lr.metadata.creationTimestamp as string | undefined }],
})

/** upstream: pkg/apis/core/v1/defaults.go SetDefaults_LimitRangeItem */
function defaultItem(item: LimitRangeItem): void {
  for (const list of ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const) roundResources(item[list])
  if (item.type !== 'Container') return
  const limits = { ...item.max, ...item.default }
  const requests = { ...item.min, ...limits, ...item.defaultRequest }
  if (Object.keys(limits).length > 0) item.default = limits
  if (Object.keys(requests).length > 0) item.defaultRequest = requests
}
