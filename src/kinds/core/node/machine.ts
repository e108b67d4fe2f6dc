/** The simulated machine behind a Node: what somebody outside does to it is said in annotations, so that every client of the API can do it. */
import type { Node } from '../../schema/types/core.v1'

/** `static.kubottle.dev/NAME`: a manifest to be put into the folder of static pods as NAME.yaml; empty: the file is taken away. The kubelet does it and removes the annotation. */
export const MANIFEST_PREFIX = 'static.kubottle.dev/'

/** Of what the machine is short: `memory`, `disk`, `pid`, separated by commas. */
export const PRESSURE = 'kubottle.dev/pressure'

export type Shortage = 'memory' | 'disk' | 'pid'
export const SHORTAGES: readonly Shortage[] = ['memory', 'disk', 'pid']

export function shortagesOf({ metadata }: Pick<Node, 'metadata'>): readonly Shortage[] {
  const text = metadata.annotations?.[PRESSURE]
  return text === undefined ? [] : SHORTAGES.filter(s => text.split(',').includes(s))
}

/** Somebody made only the object: no kubelet has ever said anything of itself. */
export const hasMachine = ({ status }: Pick<Node, 'status'>): boolean => (status?.nodeInfo?.kubeletVersion ?? '') !== ''

/** 10.244 to 10.255, then from 10.112 on, which is beyond the addresses of Services. */
const secondOctet = (block: number): number => (block < 12 ? 244 + block : 100 + block)

export interface MachineSize {
  readonly cpu?: string
  readonly memory?: string
}

/** A machine of 4 CPUs and 8 GiB unless told otherwise; `index` gives its addresses: one pod network of 256 addresses each. */
export function machine(name: string, index: number, { cpu = '4', memory = '8Gi' }: MachineSize = {}): Node {
  const podCIDR = `10.${secondOctet(index >> 8)}.${index & 255}.0/24`
  const host = index + 2
  const resources = { cpu, 'ephemeral-storage': '100Gi', 'hugepages-1Gi': '0', 'hugepages-2Mi': '0', memory, pods: '110' }
  const id = (index + 1).toString(16).padStart(12, '0')
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: { 'beta.kubernetes.io/arch': 'amd64', 'beta.kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64', 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' },
      annotations: { 'node.alpha.kubernetes.io/ttl': '0', 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: { podCIDR, podCIDRs: [podCIDR] },
    status: {
      addresses: [
        { type: 'InternalIP', address: `172.18.${host >> 8}.${host & 255}` },
        { type: 'Hostname', address: name },
      ],
      allocatable: resources,
      capacity: resources,
      conditions: [],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: {
        architecture: 'amd64',
        bootID: `00000000-0000-4000-8000-${id}`,
        containerRuntimeVersion: 'containerd://2.2.1',
        kernelVersion: '6.8.0-generic',
        kubeProxyVersion: '',
        kubeletVersion: 'v1.36.3',
        machineID: `c0ffee00c0ffee00c0ff${id}`,
        operatingSystem: 'linux',
        osImage: 'Debian GNU/Linux 12 (bookworm)',
        systemUUID: `c0ffee00-c0ff-4e00-80ff-${id}`,
      },
      runtimeHandlers: [{ name: '', features: { recursiveReadOnlyMounts: true, userNamespaces: false } }, { name: 'runc', features: { recursiveReadOnlyMounts: true, userNamespaces: false } }],
      features: { supplementalGroupsPolicy: true },
    },
  }
}
