/** RuntimeClass: a way to run containers that nodes may offer. */
import { semanticEqual } from '../../../base/equal'
import { Path, type Findings } from '../../../base/findings'
import { parseQuantity } from '../../../base/quantity'
import { isDns1123Label } from '../../../base/validation'
import { internalOf } from '../../core/pod/template/internal'
import { roundResources } from '../../core/pod/template/resources'
import { validateTolerations } from '../../core/pod/template/validate-affinity'
import { validateContainerResourceName, validateResourceQuantity } from '../../core/pod/template/validate-resources'
import { labels } from '../../core/pod/template/validate-text'
import { age, defineKind, name } from '../../kind'
import { checked, checkedUpdate, immutableField } from '../../metadata-checks'
import type { Toleration } from '../../schema/types/core.v1'
import type { RuntimeClass } from '../../schema/types/node.v1'

const HANDLER = Path.of('handler')
const LIMITS = Path.of('overhead').child('podFixed').child('limits')
const SCHEDULING = Path.of('scheduling')
const TOLERATIONS = SCHEDULING.child('tolerations')

export const runtimeClass = defineKind<RuntimeClass>({
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  plural: 'runtimeclasses',
  singular: 'runtimeclass',
  scope: 'Cluster',
  generation: 'never',
  allowUnconditionalUpdate: false,

  applyDefaults: c => roundResources(c.overhead?.podFixed),
  validate: checked((f, c) => {
    const { handler = '' } = c
    if (handler === '') f.required(HANDLER)
    else f.problems(HANDLER, handler, isDns1123Label(handler))
    validateRest(f, c)
  }),
  validateUpdate: checkedUpdate((f, next, previous) => {
    immutableField(f, HANDLER, next.handler ?? '', previous.handler)
    validateRest(f, next)
  }),

  columns: [name, { name: 'Handler', type: 'string', description: 'How the nodes call it.', cell: c => c.handler }, age],
})

/** upstream: pkg/apis/node/validation ValidateRuntimeClass */
function validateRest(f: Findings, { overhead, scheduling }: RuntimeClass): void {
  for (const [resource, amount] of Object.entries(overhead?.podFixed ?? {})) {
    validateContainerResourceName(f, LIMITS, resource)
    validateResourceQuantity(f, LIMITS.key(resource), resource, parseQuantity(amount))
  }
  if (scheduling === undefined) return
  labels(f, SCHEDULING.child('nodeSelector'), scheduling.nodeSelector)
  const tolerations = scheduling.tolerations ?? []
  validateTolerations(f, TOLERATIONS, tolerations)
  tolerations.forEach((t: Toleration, i) => {
    if (tolerations.findIndex(other => semanticEqual(other, t)) < i) f.duplicate(TOLERATIONS.at(i), internalOf('core.Toleration', t))
  })
}
