/** What a node offers, in the compact row that the scheduler reads instead of the Node. */
import type { Total } from '../../kind'
import type { Node } from '../../schema/types/core.v1'
import { amountOf, NODE_USE, type Amounts } from '../pod/use'

/** Before the names of resources that a node can give: `+cpu` in milli, `+memory`, `+pods`. */
export const ALLOCATABLE = '+'
/** Flags: what the scheduler has to look at the Node itself for. */
export const HAS_TAINTS = '!taints'
export const UNSCHEDULABLE = '!unschedulable'
/** Name of the total that counts nodes. */
export const NODES = 'nodes'

export function nodeTotals(node: Node): readonly Total[] {
  const amounts: Amounts = {}
  const offered = node.status?.allocatable ?? node.status?.capacity ?? {}
  for (const r in offered) amounts[ALLOCATABLE + r] = amountOf(r, offered[r] as string)
  if ((node.spec?.taints ?? []).length > 0) amounts[HAS_TAINTS] = 1
  if (node.spec?.unschedulable === true) amounts[UNSCHEDULABLE] = 1
  return [
    { name: NODE_USE, key: node.metadata.name, amounts },
    { name: NODES, key: '', amounts: { n: 1 } },
  ]
}
