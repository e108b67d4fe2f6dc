/** kube-proxy as kubeadm sets it up: its account, its configuration, its DaemonSet. upstream: cmd/kubeadm/app/phases/addons/proxy/manifests.go */
import { VERSION } from '../apiserver/version'
import type { KubeObject } from '../kinds/kind'
import type { ClusterConfig } from './config'

const SYSTEM = 'kube-system'
const NAME = 'kube-proxy'
const LABELS = { 'k8s-app': NAME }
const FOLDER = '/var/lib/kube-proxy'

export const kubeProxyObjects = (config: ClusterConfig): readonly KubeObject[] => [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: NAME, namespace: SYSTEM } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: NAME, namespace: SYSTEM, labels: { app: NAME } }, data: { 'config.conf': configuration(config), 'kubeconfig.conf': kubeconfig(config) } } as KubeObject,
  {
    apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: NAME, namespace: SYSTEM, labels: LABELS },
    spec: {
      selector: { matchLabels: LABELS }, updateStrategy: { type: 'RollingUpdate' },
      template: {
        metadata: { labels: LABELS },
        spec: {
          priorityClassName: 'system-node-critical', serviceAccountName: NAME, hostNetwork: true, nodeSelector: { 'kubernetes.io/os': 'linux' }, tolerations: [{ operator: 'Exists' }],
          containers: [{ name: NAME, image: `registry.k8s.io/kube-proxy:${VERSION.gitVersion}`, imagePullPolicy: 'IfNotPresent', command: ['/usr/local/bin/kube-proxy', `--config=${FOLDER}/config.conf`, '--hostname-override=$(NODE_NAME)'], securityContext: { privileged: true }, env: [{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }], volumeMounts: [{ name: NAME, mountPath: FOLDER }] }],
          volumes: [{ name: NAME, configMap: { name: NAME } }],
        },
      },
    },
  } as unknown as KubeObject,
]

/** As kubeadm writes it: every field, most of them left to kube-proxy's defaults. */
const configuration = ({ podCIDR, proxyMode }: ClusterConfig): string => `apiVersion: kubeproxy.config.k8s.io/v1alpha1
bindAddress: 0.0.0.0
bindAddressHardFail: false
clientConnection:
  acceptContentTypes: ""
  burst: 0
  contentType: ""
  kubeconfig: ${FOLDER}/kubeconfig.conf
  qps: 0
clusterCIDR: ${podCIDR}
configSyncPeriod: 0s
conntrack:
  maxPerCore: null
  min: null
  tcpBeLiberal: false
  tcpCloseWaitTimeout: null
  tcpEstablishedTimeout: null
  udpStreamTimeout: 0s
  udpTimeout: 0s
detectLocal:
  bridgeInterface: ""
  interfaceNamePrefix: ""
detectLocalMode: ""
enableProfiling: false
healthzBindAddress: ""
hostnameOverride: ""
iptables:
  localhostNodePorts: null
  masqueradeAll: false
  masqueradeBit: null
  minSyncPeriod: 0s
  syncPeriod: 0s
ipvs:
  excludeCIDRs: null
  minSyncPeriod: 0s
  scheduler: ""
  strictARP: false
  syncPeriod: 0s
  tcpFinTimeout: 0s
  tcpTimeout: 0s
  udpTimeout: 0s
kind: KubeProxyConfiguration
logging:
  flushFrequency: 0
  options:
    json:
      infoBufferSize: "0"
    text:
      infoBufferSize: "0"
  verbosity: 0
metricsBindAddress: ""
mode: ${proxyMode ?? '""'}
nftables:
  masqueradeAll: false
  masqueradeBit: null
  minSyncPeriod: 0s
  syncPeriod: 0s
nodePortAddresses: null
oomScoreAdj: null
portRange: ""
showHiddenMetricsForVersion: ""
winkernel:
  enableDSR: false
  forwardHealthCheckVip: false
  networkName: ""
  rootHnsEndpointName: ""
  sourceVip: ""
`

const kubeconfig = ({ cluster }: ClusterConfig): string => `apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt
    server: https://${cluster}:6443
  name: default
contexts:
- context:
    cluster: default
    namespace: default
    user: default
  name: default
current-context: default
users:
- name: default
  user:
    tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token
`
