/** What a node offers, in the compact row that the scheduler reads instead of the Node. */
import type { Total } from '../../kind'
import type { Node } from '../../schema/types/core.v1'
import { amountOf, NODE_USE, type Amounts } from '../pod/use'

/** Before the names of resources that a node can give: `+cpu` in milli, `+memory`, `+pods`. */
export const ALLOCATABLE = '+'
/** Flags: what the scheduler has to look at the Node itself for. */
export const HAS_TAINTS = '!taints'
export const UNSCHEDULABLE = '!unschedulable'
/** There is such a Node: pods may name one that is not there, whose row has uses alone. */
export const PRESENT = '!node'
/** The Node's label kubernetes.io/hostname is not its name. */
export const OTHER_HOSTNAME = '!hostname'
/** Before `key=value`: the labels by which pods are spread most, so that nobody has to look at 5,000 Nodes for them. */
export const LABEL = '@'
export const HOSTNAME = 'kubernetes.io/hostname'
export const ZONE = 'topology.kubernetes.io/zone'
export const REGION = 'topology.kubernetes.io/region'
/** Name of the total that counts nodes. */
export const NODES = 'nodes'

export function nodeTotals(node: Node): readonly Total[] {
  const amounts: Amounts = {}
  const offered = node.status?.allocatable ?? node.status?.capacity ?? {}
  for (const r in offered) amounts[ALLOCATABLE + r] = amountOf(r, offered[r] as string)
  if ((node.spec?.taints ?? []).length > 0) amounts[HAS_TAINTS] = 1
  if (node.spec?.unschedulable === true) amounts[UNSCHEDULABLE] = 1
  const labels = node.metadata.labels
  if (labels?.[HOSTNAME] !== node.metadata.name) amounts[OTHER_HOSTNAME] = 1
  for (const key of [ZONE, REGION]) if (labels?.[key] !== undefined) amounts[`${LABEL}${key}=${labels[key]}`] = 1
  amounts[PRESENT] = 1
  return [
    { name: NODE_USE, key: node.metadata.name, amounts },
    { name: NODES, key: '', amounts: { n: 1 } },
  ]
}
