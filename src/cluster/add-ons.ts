/** The objects with which an add-on shows in a new cluster. */
import { LOCAL_PATH } from '../controllers/local-path-provisioner/claims'
import { METRICS_SERVICE } from '../apiserver/virtual/metrics-service'
import type { KubeObject } from '../kinds/kind'
import { CLASS_NAME, CONTROLLER_NAME } from '../kinds/networking/ingress-class/controller'
import type { AddOn } from './config'

/** Where the cluster's DNS answers. upstream: kubeadm: the tenth address of the service network */
export const DNS_ADDRESS = '10.96.0.10'

const INGRESS_NGINX = { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/instance': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' }
const METRICS_SERVER = { 'k8s-app': 'metrics-server' }

const KUBE_DNS = { 'k8s-app': 'kube-dns', 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' }

/** upstream: cmd/kubeadm/app/phases/addons/dns */
const COREFILE = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`

const OBJECTS: Partial<Readonly<Record<AddOn, readonly KubeObject[]>>> = {
  storage: [
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: LOCAL_PATH,
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
    } as KubeObject,
  ],
  metrics: [
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'metrics-server', namespace: 'kube-system', labels: METRICS_SERVER }, spec: { selector: METRICS_SERVER, ports: [{ name: 'https', port: 443, targetPort: 'https' }] } } as KubeObject,
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: METRICS_SERVICE, labels: METRICS_SERVER },
      spec: { group: 'metrics.k8s.io', version: 'v1beta1', groupPriorityMinimum: 100, versionPriority: 100, insecureSkipTLSVerify: true, service: { name: 'metrics-server', namespace: 'kube-system', port: 443 } },
    } as KubeObject,
  ],
  dns: [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kube-dns', namespace: 'kube-system', labels: KUBE_DNS, annotations: { 'prometheus.io/port': '9153', 'prometheus.io/scrape': 'true' } },
      spec: {
        selector: { 'k8s-app': 'kube-dns' },
        clusterIP: DNS_ADDRESS,
        ports: [{ name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 }, { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 }, { name: 'metrics', port: 9153, protocol: 'TCP', targetPort: 9153 }],
      },
    } as KubeObject,
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'coredns', namespace: 'kube-system' }, data: { Corefile: COREFILE } } as KubeObject,
  ],
  ingress: [
    { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: CLASS_NAME, labels: INGRESS_NGINX }, spec: { controller: CONTROLLER_NAME } } as KubeObject,
  ],
}

export const addOnObjects = (addOn: AddOn): readonly KubeObject[] => OBJECTS[addOn] ?? []
