/** Says of each flow schema whether its priority level exists: a part of the API server, which orders requests by them. upstream: apiserver/pkg/util/flowcontrol/apf_controller.go */
import { timestamp } from '../../base/clock'
import { goQuote } from '../../base/field'
import { defineController, type Change } from '../../client/controller'
import type { Lister } from '../../client/lister'
import { flowSchema } from '../../kinds/flowcontrol/flow-schema/kind'
import { priorityLevelConfiguration } from '../../kinds/flowcontrol/priority-level-configuration/kind'
import type { FlowSchema, FlowSchemaCondition, PriorityLevelConfiguration } from '../../kinds/schema/types/flowcontrol.v1'

export const FLOW_CONTROL_MANAGER = 'api-priority-and-fairness-config-consumer-v1'

export const priorityAndFairnessController = defineController<FlowSchema>({
  name: 'priority-and-fairness-config-consumer',
  actor: FLOW_CONTROL_MANAGER,
  reconciles: flowSchema,
  watches: [
    {
      kind: priorityLevelConfiguration,
      keys: ({ type, object }: Change<PriorityLevelConfiguration>, lister: Lister) => (type === 'MODIFIED' ? [] : lister.byIndex(flowSchema, 'priorityLevel', object.metadata.name).map(s => s.metadata.name)),
    } as never,
  ],

  async reconcile(schema, { client, lister, clock }) {
    const level = schema.spec.priorityLevelConfiguration?.name ?? ''
    const wished = danglingCondition(level, lister.get(priorityLevelConfiguration, level) !== undefined)
    const now = schema.status?.conditions?.find(c => c.type === 'Dangling')
    if (now?.status === wished.status && now?.reason === wished.reason && now?.message === wished.message) return
    const conditions = [{ ...wished, lastTransitionTime: timestamp(clock.now()) }]
    const config = { apiVersion: 'flowcontrol.apiserver.k8s.io/v1', kind: 'FlowSchema', metadata: { name: schema.metadata.name }, status: { conditions } }
    await client.apply(flowSchema, config, { fieldManager: FLOW_CONTROL_MANAGER, force: true, subresource: 'status' })
  },
})

/** A schema that refers to a level that is not there applies to nothing. */
export function danglingCondition(level: string, exists: boolean): FlowSchemaCondition {
  const referring = `This FlowSchema references the PriorityLevelConfiguration object named ${goQuote(level)}`
  return exists
    ? { type: 'Dangling', status: 'False', reason: 'Found', message: `${referring} and it exists` }
    : { type: 'Dangling', status: 'True', reason: 'NotFound', message: `${referring} but there is no such object` }
}
