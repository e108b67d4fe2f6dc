/** What the operator works on: a Bakery, its definition, and what the operator may do. */
import type { KubernetesListObject, KubernetesObject } from '@kubernetes/client-node'

export const GROUP = 'ops.example.com'
export const FINALIZER = `${GROUP}/ledger`
export const LABEL = `${GROUP}/bakery`

export interface Bakery extends KubernetesObject {
  spec: { ovens: number; schedule: string }
  status?: { observedGeneration: number; ovens: number; batches: number; phase: 'Opening' | 'Open' }
}
export type BakeryList = KubernetesListObject<Bakery>

export const DEFINITION = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `bakeries.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { plural: 'bakeries', singular: 'bakery', kind: 'Bakery', shortNames: ['bk'] },
    versions: [{
      name: 'v1', served: true, storage: true,
      subresources: { status: {} },
      additionalPrinterColumns: [{ name: 'Phase', type: 'string', jsonPath: '.status.phase' }, { name: 'Batches', type: 'integer', jsonPath: '.status.batches' }],
      schema: { openAPIV3Schema: {
        type: 'object', required: ['spec'],
        properties: {
          spec: { type: 'object', required: ['ovens'], properties: { ovens: { type: 'integer', minimum: 1, maximum: 9 }, schedule: { type: 'string', default: '@hourly' } } },
          status: { type: 'object', properties: { observedGeneration: { type: 'integer' }, ovens: { type: 'integer' }, batches: { type: 'integer' }, phase: { type: 'string', enum: ['Opening', 'Open'] } } },
        },
      } },
    }],
  },
}

const ALL = ['get', 'list', 'watch', 'create', 'update', 'patch']
export const RIGHTS = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'operator', namespace: 'default' } },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'operator' }, rules: [
    { apiGroups: [GROUP], resources: ['bakeries', 'bakeries/status', 'bakeries/finalizers'], verbs: ['get', 'list', 'watch', 'update', 'patch'] },
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ALL },
    { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: ALL },
    { apiGroups: [''], resources: ['configmaps'], verbs: ALL },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ALL },
  ] },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'operator' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'operator' }, subjects: [{ kind: 'ServiceAccount', name: 'operator', namespace: 'default' }] },
]
