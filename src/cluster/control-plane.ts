/** The add-on `control-plane`: the cluster's own programs as a person finds them in kube-system. They only stand there: one process does their work. upstream: cmd/kubeadm/app/phases/{etcd,controlplane,addons} */
import { VERSION } from '../apiserver/version'
import type { KubeObject } from '../kinds/kind'
import { MANIFEST_PREFIX } from '../kinds/core/node/machine'
import type { Container, Node } from '../kinds/schema/types/core.v1'
import { yamlText } from '../base/yaml/writer'
import type { ClusterConfig } from './config'
import { kubeProxyObjects } from './kube-proxy'
import { internalIP } from '../kinds/core/node/state'

const SYSTEM = 'kube-system'
const ROLE = 'node-role.kubernetes.io/control-plane'
const PKI = '/etc/kubernetes/pki'

/** Those that say so; the first where none does. */
export function controlPlaneNodes(nodes: readonly Node[]): readonly Node[] {
  const named = nodes.filter(n => n.metadata.labels?.[ROLE] !== undefined)
  return named.length > 0 ? named : nodes.slice(0, 1)
}

/** The node with the manifests of its static pods, which its kubelet takes in. */
export function withManifests(node: Node, config: ClusterConfig): Node {
  const ip = internalIP(node)
  const { name } = node.metadata
  const pods = [
    staticPod('etcd', { cpu: '100m', memory: '100Mi' }, 'registry.k8s.io/etcd:3.6.8-0', { 'kubeadm.kubernetes.io/etcd.advertise-client-urls': `https://${ip}:2379` },
      ['etcd', `--advertise-client-urls=https://${ip}:2379`, `--cert-file=${PKI}/etcd/server.crt`, '--client-cert-auth=true', '--data-dir=/var/lib/etcd', `--initial-advertise-peer-urls=https://${ip}:2380`, `--initial-cluster=${name}=https://${ip}:2380`, `--key-file=${PKI}/etcd/server.key`, `--listen-client-urls=https://127.0.0.1:2379,https://${ip}:2379`, '--listen-metrics-urls=http://127.0.0.1:2381', `--name=${name}`, `--trusted-ca-file=${PKI}/etcd/ca.crt`], { 'etcd-certs': `${PKI}/etcd`, 'etcd-data': '/var/lib/etcd' }),
    staticPod('kube-apiserver', { cpu: '250m' }, `registry.k8s.io/kube-apiserver:${VERSION.gitVersion}`, { 'kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint': `${ip}:6443` },
      ['kube-apiserver', `--advertise-address=${ip}`, '--allow-privileged=true', '--authorization-mode=Node,RBAC', `--client-ca-file=${PKI}/ca.crt`, '--enable-admission-plugins=NodeRestriction', '--enable-bootstrap-token-auth=true', '--etcd-servers=https://127.0.0.1:2379', '--secure-port=6443', '--service-account-issuer=https://kubernetes.default.svc.cluster.local', '--service-cluster-ip-range=10.96.0.0/12', `--tls-cert-file=${PKI}/apiserver.crt`, `--tls-private-key-file=${PKI}/apiserver.key`], { 'k8s-certs': PKI }),
    staticPod('kube-controller-manager', { cpu: '200m' }, `registry.k8s.io/kube-controller-manager:${VERSION.gitVersion}`, {},
      ['kube-controller-manager', '--allocate-node-cidrs=true', '--bind-address=127.0.0.1', `--cluster-cidr=${config.podCIDR}`, `--cluster-name=${config.cluster}`, `--cluster-signing-cert-file=${PKI}/ca.crt`, '--controllers=*,bootstrapsigner,tokencleaner', '--kubeconfig=/etc/kubernetes/controller-manager.conf', '--leader-elect=true', '--service-cluster-ip-range=10.96.0.0/12', '--use-service-account-credentials=true'], { 'k8s-certs': PKI }),
    staticPod('kube-scheduler', { cpu: '100m' }, `registry.k8s.io/kube-scheduler:${VERSION.gitVersion}`, {}, ['kube-scheduler', '--bind-address=127.0.0.1', '--kubeconfig=/etc/kubernetes/scheduler.conf', '--leader-elect=true'], {}),
  ]
  const annotations = { ...node.metadata.annotations, ...Object.fromEntries(pods.map(p => [MANIFEST_PREFIX + p.metadata.labels?.component, yamlText(p)])) }
  return { ...node, metadata: { ...node.metadata, annotations } }
}

function staticPod(component: string, requests: Record<string, string>, image: string, annotations: Record<string, string>, command: string[], paths: Record<string, string>): KubeObject {
  const mounts = Object.entries(paths)
  const container: Container = { name: component, image, imagePullPolicy: 'IfNotPresent', command, resources: { requests }, ...(mounts.length === 0 ? {} : { volumeMounts: mounts.map(([name, mountPath]) => ({ name, mountPath, ...(name === 'etcd-data' ? {} : { readOnly: true }) })) }) } as Container
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: { name: component, namespace: SYSTEM, labels: { component, tier: 'control-plane' }, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
    spec: { containers: [container], hostNetwork: true, priority: 2000001000, priorityClassName: 'system-node-critical', securityContext: { seccompProfile: { type: 'RuntimeDefault' } }, ...(mounts.length === 0 ? {} : { volumes: mounts.map(([name, path]) => ({ name, hostPath: { path, type: 'DirectoryOrCreate' } })) }) },
  } as unknown as KubeObject
}

const DNS = { 'k8s-app': 'kube-dns' }
const account = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: SYSTEM } })
const leader = (name: string, holder: string, nowText: string): KubeObject => ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace: SYSTEM }, spec: { acquireTime: nowText, holderIdentity: holder, leaseDurationSeconds: 15, leaseTransitions: 0 } }) as KubeObject

/** Who leads, and which apiservers there are: leases that time renews. */
export function controlPlaneLeases(nodes: readonly Node[], draw: (purpose: string) => string, nowText: string): readonly KubeObject[] {
  const name = nodes[0]?.metadata.name ?? ''
  const identity = draw('apiserver').replace(/-/g, '').slice(0, 26)
  return [
    leader('kube-controller-manager', `${name}_${draw('controller-manager')}`, nowText),
    leader('kube-scheduler', `${name}_${draw('scheduler')}`, nowText),
    { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: `apiserver-${identity}`, namespace: SYSTEM, labels: { 'apiserver.kubernetes.io/identity': 'kube-apiserver', 'kubernetes.io/hostname': name } }, spec: { holderIdentity: `apiserver-${identity}_${draw('apiserver holder')}`, leaseDurationSeconds: 3600 } } as KubeObject,
  ]
}

/** Who answers for the Service of the add-on `dns`. upstream: cmd/kubeadm/app/phases/addons/dns/manifests.go */
const dns = (): readonly KubeObject[] => [
  account('coredns'),
  {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'coredns', namespace: SYSTEM, labels: DNS },
    spec: {
      replicas: 2, selector: { matchLabels: DNS }, strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
      template: {
        metadata: { labels: DNS },
        spec: {
          priorityClassName: 'system-cluster-critical', serviceAccountName: 'coredns', dnsPolicy: 'Default', nodeSelector: { 'kubernetes.io/os': 'linux' },
          affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: { labelSelector: { matchExpressions: [{ key: 'k8s-app', operator: 'In', values: ['kube-dns'] }] }, topologyKey: 'kubernetes.io/hostname' } }] } },
          tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }, { key: ROLE, effect: 'NoSchedule' }],
          containers: [{ name: 'coredns', image: 'registry.k8s.io/coredns/coredns:v1.14.2', imagePullPolicy: 'IfNotPresent', args: ['-conf', '/etc/coredns/Corefile'], resources: { limits: { memory: '170Mi' }, requests: { cpu: '100m', memory: '70Mi' } }, ports: [{ containerPort: 53, name: 'dns', protocol: 'UDP' }, { containerPort: 53, name: 'dns-tcp', protocol: 'TCP' }, { containerPort: 9153, name: 'metrics', protocol: 'TCP' }], volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns', readOnly: true }] }],
          volumes: [{ name: 'config-volume', configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] } }],
        },
      },
    },
  } as unknown as KubeObject,
]

/** What stands in kube-system beside the static pods, by the add-ons that are on. */
export const controlPlaneObjects = (config: ClusterConfig): readonly KubeObject[] => [...(config.addOns.includes('dns') ? dns() : []), ...(config.addOns.includes('kube-proxy') ? kubeProxyObjects(config) : [])]
