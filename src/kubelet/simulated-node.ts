/** What a simulated node is where nobody has said: an object made by hand gets a machine that has room for everything. upstream: sigs.k8s.io/kwok kustomize/stage/node/fast/node-initialize.yaml */
import type { Node } from '../kinds/schema/types/core.v1'

/** All such nodes share one address. upstream: kwok --node-ip */
const NODE_IP = '10.0.0.1'
const ROOM = { cpu: '1k', memory: '1Ti', pods: '1M' }
const VERSION = 'kwok-v0.7.0'

/** The node's status with what it lacks. */
export function initialized({ metadata: { name }, status = {} }: Pick<Node, 'metadata' | 'status'>): NonNullable<Node['status']> {
  const { addresses = [], allocatable, capacity, nodeInfo } = status
  if (addresses.length > 0 && allocatable !== undefined && capacity !== undefined && (nodeInfo?.kubeletVersion ?? '') !== '') return status
  const info = nodeInfo ?? {}
  const told = (field: keyof NonNullable<typeof nodeInfo>, otherwise: string): string => (info as Record<string, string | undefined>)[field] || otherwise
  return {
    ...status,
    addresses: addresses.length > 0 ? addresses : [{ type: 'InternalIP', address: NODE_IP }, { type: 'Hostname', address: name }],
    allocatable: hasAny(allocatable) ? allocatable : ROOM,
    capacity: hasAny(capacity) ? capacity : ROOM,
    daemonEndpoints: status.daemonEndpoints ?? { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      ...info,
      architecture: told('architecture', 'amd64'),
      bootID: told('bootID', ''),
      containerRuntimeVersion: told('containerRuntimeVersion', VERSION),
      kernelVersion: told('kernelVersion', VERSION),
      kubeProxyVersion: told('kubeProxyVersion', VERSION),
      kubeletVersion: told('kubeletVersion', VERSION),
      machineID: told('machineID', ''),
      operatingSystem: told('operatingSystem', 'linux'),
      osImage: told('osImage', ''),
      systemUUID: told('systemUUID', ''),
    },
    phase: 'Running',
  }
}

const hasAny = <T extends object>(map: T | undefined): map is T => map !== undefined && Object.keys(map).length > 0
