/** The nodes that a cluster starts with when nobody describes them. upstream: pkg/kubelet/nodestatus */
import type { Node } from '../kinds/schema/types/core.v1'

const CONTROL_PLANE_TAINT = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }

/** A tainted control plane and two workers. */
export function defaultNodes(): Node[] {
  const plane = machine('control-plane', 0)
  return [
    { ...plane, metadata: { ...plane.metadata, labels: { ...plane.metadata.labels, 'node-role.kubernetes.io/control-plane': '', 'node.kubernetes.io/exclude-from-external-load-balancers': '' } }, spec: { ...plane.spec, taints: [CONTROL_PLANE_TAINT] } },
    machine('worker-1', 1),
    machine('worker-2', 2),
  ]
}

/** `node-1` to `node-n`. */
export function numberedNodes(n: number): Node[] {
  return Array.from({ length: n }, (_, i) => machine(`node-${i + 1}`, i))
}

/** 10.244 to 10.255, then from 10.112 on, which is beyond the addresses of Services. */
const secondOctet = (block: number): number => (block < 12 ? 244 + block : 100 + block)

/** A machine of 4 CPUs and 8 GiB; `index` gives its addresses: one pod network of 256 addresses each. */
export function machine(name: string, index: number): Node {
  const podCIDR = `10.${secondOctet(index >> 8)}.${index & 255}.0/24`
  const host = index + 2
  const resources = { cpu: '4', 'ephemeral-storage': '100Gi', 'hugepages-1Gi': '0', 'hugepages-2Mi': '0', memory: '8Gi', pods: '110' }
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
