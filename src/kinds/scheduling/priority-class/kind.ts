/** PriorityClass maps a name to the integer that orders pods in the scheduling queue. */
import { Path, type Findings } from '../../../base/findings'
import { age, defineKind, name } from '../../kind'
import { checked, checkedUpdate, immutableField } from '../../metadata-checks'
import type { PriorityClass } from '../../schema/types/scheduling.v1'

const MAX_USER_DEFINED = 1_000_000_000
const SYSTEM_PREFIX = 'system-'
/** What a fresh cluster has above the users' own. */
const SYSTEM_CLASSES: Readonly<Record<string, number>> = { 'system-node-critical': 2_000_001_000, 'system-cluster-critical': 2_000_000_000 }
const POLICIES = ['PreemptLowerPriority', 'Never']
const POLICY = Path.of('preemptionPolicy')

export const priorityClass = defineKind<PriorityClass>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  singular: 'priorityclass',
  shortNames: ['pc'],
  scope: 'Cluster',
  generation: 'never',
  indexes: { default: pc => (pc.globalDefault === true ? ['true'] : []) },

  applyDefaults(pc) {
    pc.value ??= 0
    pc.preemptionPolicy ??= 'PreemptLowerPriority'
  },
  // A first generation, and no other: nothing of it that counts can change.
  prepareForCreate(pc) {
    pc.metadata.generation = 1
  },
  validate: checked(validateClass),
  // Pods copied the number at admission: changing it would reorder them silently.
  validateUpdate: checkedUpdate((f, next, previous) => {
    if ((next.value ?? 0) !== (previous.value ?? 0)) f.forbidden(Path.of('value'), 'may not be changed in an update.')
    immutableField(f, POLICY, next.preemptionPolicy, previous.preemptionPolicy)
  }),

  columns: [
    name,
    { name: 'Value', type: 'integer', description: 'The number that pods of the class get.', cell: pc => pc.value ?? 0 },
    { name: 'Global-Default', type: 'boolean', description: 'Pods that name no class are of this one.', cell: pc => pc.globalDefault ?? false },
    age,
    { name: 'PreemptionPolicy', type: 'string', description: 'Whether its pods push out others.', cell: pc => pc.preemptionPolicy ?? '' },
  ],
})

/** upstream: pkg/apis/scheduling/validation ValidatePriorityClass */
function validateClass(f: Findings, { metadata, value = 0, globalDefault, preemptionPolicy: policy }: PriorityClass): void {
  if ((metadata.name ?? '').startsWith(SYSTEM_PREFIX)) {
    if (SYSTEM_CLASSES[metadata.name] !== value || globalDefault === true)
      f.forbidden(Path.of('metadata').child('name'), "priority class names with 'system-' prefix are reserved for system use only. error: " + systemClassProblem(metadata.name, value))
  } else if (value > MAX_USER_DEFINED) f.forbidden(Path.of('value'), `maximum allowed value of a user defined priority is ${MAX_USER_DEFINED}`)
  if (policy === undefined || policy === '') f.required(POLICY)
  else if (!POLICIES.includes(policy)) f.unsupported(POLICY, policy, POLICIES)
}

/** upstream: pkg/apis/scheduling IsKnownSystemPriorityClass */
function systemClassProblem(className: string, value: number): string {
  const known = SYSTEM_CLASSES[className]
  if (known === undefined) return `${className} is not a known system priority class`
  return known === value ? `globalDefault of ${className} must be false` : `value of ${className} PriorityClass must be ${known}`
}
