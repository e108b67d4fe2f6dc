/** FlowSchema: which requests have which priority level. */
import { semanticEqual } from '../../../base/equal'
import { Path } from '../../../base/findings'
import { age, defineKind, name } from '../../kind'
import { checked, recheckedUpdate } from '../../metadata-checks'
import type { FlowSchema } from '../../schema/types/flowcontrol.v1'
import { MANDATORY, validateConditions } from '../conditions'
import { validateSchema } from './validate'

const DEFAULT_PRECEDENCE = 1000

export const flowSchema = defineKind<FlowSchema>({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'FlowSchema',
  plural: 'flowschemas',
  singular: 'flowschema',
  scope: 'Cluster',
  subresources: { status: { validateUpdate: (next, previous) => recheckedStatus(next, previous) } },

  applyDefaults(s) {
    s.spec ??= {} as FlowSchema['spec']
    s.status ??= {}
    if ((s.spec.matchingPrecedence ?? 0) === 0) s.spec.matchingPrecedence = DEFAULT_PRECEDENCE
  },
  prepareForCreate(s) {
    s.status = {}
  },
  validate: checked(validateSchema),
  validateUpdate: recheckedUpdate({ namespaced: false }, validateSchema, (f, next, previous) => {
    if (MANDATORY.includes(next.metadata.name) && !semanticEqual(next.spec, previous.spec)) f.invalid(Path.of('spec'), next.spec, `spec of '${next.metadata.name}' must equal the fixed value`)
  }),
  indexes: { priorityLevel: s => [s.spec.priorityLevelConfiguration?.name ?? ''] },

  columns: [
    name,
    { name: 'PriorityLevel', type: 'string', description: 'The level of its requests.', cell: s => s.spec.priorityLevelConfiguration?.name ?? '' },
    { name: 'MatchingPrecedence', type: 'string', description: 'Among several that match the lowest counts.', cell: s => s.spec.matchingPrecedence ?? 0 },
    { name: 'DistinguisherMethod', type: 'string', description: 'What makes a flow of its own.', cell: s => s.spec.distinguisherMethod?.type ?? '<none>' },
    age,
    { name: 'MissingPL', type: 'string', description: 'There is no such priority level.', cell: s => s.status?.conditions?.find(c => c.type === 'Dangling')?.status ?? '?' },
  ],
})

const recheckedStatus = recheckedUpdate<FlowSchema>({ namespaced: false }, (f, s) => validateConditions(f, s.status?.conditions))
