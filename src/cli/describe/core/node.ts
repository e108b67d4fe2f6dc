/** `kubectl describe node`. upstream: kubectl/pkg/describe NodeDescriber */
import { byCodePoint, sortedKeys } from '../../../base/go-text'
import { canonicalQuantity } from '../../../base/quantity'
import { StatusError } from '../../../base/status'
import { nodeRoles } from '../../../kinds/core/node/columns'
import type { Lease } from '../../../kinds/schema/types/coordination.v1'
import type { Node, Pod } from '../../../kinds/schema/types/core.v1'
import type { ResourceSlice } from '../../../kinds/schema/types/resource.v1'
import { resourceOf } from '../../resource-of'
import { describerOf, listAll, referenceTo, type DescribeContext } from '../describer'
import { eventsAbout } from '../events'
import { labelsAndAnnotations, taints } from '../metadata'
import { longTime } from '../time'
import { text, type Lines } from '../writer'
import { nodePods } from './node-pods'

export const node = describerOf<Node, readonly Pod[] | undefined>('v1', 'Node', async (w, object, context, pods) => {
  const { metadata, spec = {}, status = {} } = object
  const slices = await slicesOf(object, context)
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `Roles:\t${nodeRoles(object).join(',') || '<none>'}\n`)
  labelsAndAnnotations(w, metadata)
  w.write(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}\n`)
  taints(w, 'Taints', spec.taints)
  w.write(0, `Unschedulable:\t${spec.unschedulable ?? false}\n`)
  await lease(w, metadata.name, context)
  conditions(w, object)
  w.write(0, 'Addresses:\n')
  for (const { type, address } of status.addresses ?? []) w.write(1, `${type}:\t${address}\n`)
  amounts(w, 'Capacity', status.capacity)
  amounts(w, 'Allocatable', status.allocatable)
  resourceSlices(w, slices)
  systemInfo(w, object)
  if (text(spec.podCIDR) !== '') w.write(0, `PodCIDR:\t${spec.podCIDR}\n`)
  if ((spec.podCIDRs ?? []).length > 0) w.write(0, `PodCIDRs:\t${spec.podCIDRs?.join(',')}\n`)
  if (text(spec.providerID) !== '') w.write(0, `ProviderID:\t${spec.providerID}\n`)
  if (pods === undefined) w.write(0, 'Pods:\tnot authorized\n')
  else nodePods(w, object, pods, context.nowMs)
}, {
  gather: podsOf,
  // Controllers report by the node's uid, the kubelet by its name.
  async events(object, context) {
    const about = referenceTo({ kind: 'Node' }, object)
    return [...await eventsAbout(context, about), ...await eventsAbout(context, { ...about, uid: object.metadata.name })]
  },
})

/** Those that have not ended; undefined where they may not be read. Throws StatusError. */
async function podsOf({ metadata }: Node, context: DescribeContext): Promise<readonly Pod[] | undefined> {
  try {
    return await listAll(context, resourceOf<Pod>('v1', 'Pod'), { fieldSelector: `spec.nodeName=${metadata.name},status.phase!=Succeeded,status.phase!=Failed` })
  } catch (e) {
    if (e instanceof StatusError && e.reason === 'Forbidden') return undefined
    throw e
  }
}

/** Devices that this node alone has; none where they may not be read. */
const slicesOf = async ({ metadata }: Node, { client }: DescribeContext): Promise<readonly ResourceSlice[]> =>
  client.list(resourceOf<ResourceSlice>('resource.k8s.io/v1', 'ResourceSlice'), { fieldSelector: `spec.nodeName=${metadata.name}` }).then(l => l.items, () => [])

const MAX_POOLS = 10

function resourceSlices(w: Lines, slices: readonly ResourceSlice[]): void {
  if (slices.length === 0) return
  const pools = new Map<string, { readonly driver: string; readonly pool: string; slices: number; devices: number }>()
  for (const { spec } of slices) {
    const [driver, pool] = [spec.driver, spec.pool.name]
    const counted = pools.get(`${driver}/${pool}`) ?? { driver, pool, slices: 0, devices: 0 }
    counted.slices++
    counted.devices += spec.devices?.length ?? 0
    pools.set(`${driver}/${pool}`, counted)
  }
  w.write(0, 'Node-Local ResourceSlices:\n')
  w.write(1, 'Driver\tPool\tSlices\tDevices\n')
  w.write(1, '------\t----\t------\t-------\n')
  const keys = [...pools.keys()].sort(byCodePoint)
  for (const key of keys.slice(0, MAX_POOLS)) {
    const p = pools.get(key)
    if (p !== undefined) w.write(1, `${p.driver}\t${p.pool}\t${p.slices}\t${p.devices}\n`)
  }
  if (keys.length > MAX_POOLS) w.write(1, `...and ${keys.length - MAX_POOLS} more pools\n`)
}

async function lease(w: Lines, name: string, { client }: DescribeContext): Promise<void> {
  try {
    const { spec } = await client.get(resourceOf<Lease>('coordination.k8s.io/v1', 'Lease'), name, 'kube-node-lease')
    w.write(0, 'Lease:\n')
    w.write(1, `HolderIdentity:\t${spec?.holderIdentity ?? '<unset>'}\n`)
    w.write(1, `AcquireTime:\t${spec?.acquireTime === undefined ? '<unset>' : longTime(spec.acquireTime)}\n`)
    w.write(1, `RenewTime:\t${spec?.renewTime === undefined ? '<unset>' : longTime(spec.renewTime)}\n`)
  } catch (e) {
    w.write(0, `Lease:\tFailed to get lease: ${(e as Error).message}\n`)
  }
}

function conditions(w: Lines, { status }: Node): void {
  if ((status?.conditions ?? []).length === 0) return
  w.write(0, 'Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n')
  w.write(1, '----\t------\t-----------------\t------------------\t------\t-------\n')
  for (const c of status?.conditions ?? []) w.write(1, `${c.type} \t${c.status} \t${longTime(c.lastHeartbeatTime)} \t${longTime(c.lastTransitionTime)} \t${text(c.reason)} \t${text(c.message)}\n`)
}

function amounts(w: Lines, title: string, list: Readonly<Record<string, string>> | undefined): void {
  const names = sortedKeys(list ?? {})
  if (names.length > 0) w.write(0, `${title}:\n`)
  for (const name of names) w.write(1, `${name}:\t${canonicalQuantity(list?.[name] as string)}\n`)
}

function systemInfo(w: Lines, { status }: Node): void {
  const info = status?.nodeInfo
  w.write(0, 'System Info:\n')
  for (const [title, value] of [
    ['Machine ID', info?.machineID], ['System UUID', info?.systemUUID], ['Boot ID', info?.bootID], ['Kernel Version', info?.kernelVersion], ['OS Image', info?.osImage],
    ['Operating System', info?.operatingSystem], ['Architecture', info?.architecture], ['Container Runtime Version', info?.containerRuntimeVersion], ['Kubelet Version', info?.kubeletVersion],
  ] as const) w.write(1, `${title}:\t${text(value)}\n`)
}
