/** The objects with which an add-on shows in a new cluster. */
import { LOCAL_PATH } from '../controllers/local-path-provisioner/claims'
import type { KubeObject } from '../kinds/kind'
import type { AddOn } from './config'

const METRICS_SERVER = { 'k8s-app': 'metrics-server' }

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
      metadata: { name: 'v1beta1.metrics.k8s.io', labels: METRICS_SERVER },
      spec: { group: 'metrics.k8s.io', version: 'v1beta1', groupPriorityMinimum: 100, versionPriority: 100, insecureSkipTLSVerify: true, service: { name: 'metrics-server', namespace: 'kube-system', port: 443 } },
    } as KubeObject,
  ],
}

export const addOnObjects = (addOn: AddOn): readonly KubeObject[] => OBJECTS[addOn] ?? []
