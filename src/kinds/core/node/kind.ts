/** Node. */
import { parseTime, timestamp } from '../../../base/clock'
import { defineKind } from '../../kind'
import { nodeTotals } from './capacity'
import { nodeColumns } from './columns'
import { defaultNode, nodeWarnings, validateNode, validateNodeUpdate } from './validate'
import type { Node, NodeCondition } from '../../schema/types/core.v1'

/** Indexes: by the addresses at which a machine is reached; the machines that are to take the traffic of ingresses. */
export const ADDRESS = 'address'
export const EDGE = 'edge'
/** Index: by the range of its pods' addresses; nodes without one under the empty text. */
export const RANGE = 'range'

export const node = defineKind<Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  scope: 'Cluster',
  generation: 'never',
  subresources: { status: { validateUpdate: validateNodeUpdate }, proxy: {} },
  applyDefaults: defaultNode,
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
  warnings: nodeWarnings,
  fieldSelectors: { 'spec.unschedulable': n => String(n.spec?.unschedulable ?? false) },
  indexes: {
    image: n => (n.status?.images ?? []).flatMap(i => i.names ?? []),
    [EDGE]: n => (n.metadata.labels?.['ingress-ready'] === 'true' ? ['yes'] : []),
    [RANGE]: n => [n.spec?.podCIDR ?? ''],
    [ADDRESS]: n => (n.status?.addresses ?? []).filter(a => a.type === 'InternalIP' || a.type === 'ExternalIP').map(a => a.address),
  },
  columns: nodeColumns,
  totals: nodeTotals,
  asOf: heard,
})

/** upstream: the kubelet's nodeStatusReportFrequency */
const REPORT_MS = 300_000

/** A kubelet with nothing new to say repeats its conditions every five minutes: time alone moves their heartbeats. */
function heard(n: Node, nowMs: number): Node {
  const conditions = n.status?.conditions
  if (conditions === undefined || !conditions.some(c => isOld(c, nowMs))) return n
  return { ...n, status: { ...n.status, conditions: conditions.map(c => (isOld(c, nowMs) ? { ...c, lastHeartbeatTime: lastReport(parseTime(c.lastHeartbeatTime), nowMs) } : c)) } }
}

// A lost node's conditions are Unknown, and stay as they were last heard.
const isOld = (c: NodeCondition, nowMs: number): boolean => c.status !== 'Unknown' && nowMs - parseTime(c.lastHeartbeatTime) >= REPORT_MS
const lastReport = (firstMs: number, nowMs: number): string => timestamp(firstMs + Math.floor((nowMs - firstMs) / REPORT_MS) * REPORT_MS)
