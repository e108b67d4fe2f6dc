/** NodeRestriction: a kubelet writes its own node, its own pods and what belongs to them. upstream: plugin/pkg/admission/noderestriction */
import { deepEqual } from '../../base/equal'
import { goQuote } from '../../base/field'
import { forbiddenRequest, notFound } from '../../base/status'
import type { Lister } from '../../client/lister'
import { node as nodes } from '../../kinds/core/node/kind'
import { pod as pods } from '../../kinds/core/pod/kind'
import type { TokenRequest } from '../../kinds/schema/types/authentication.v1'
import type { Node, PersistentVolumeClaim, Pod } from '../../kinds/schema/types/core.v1'
import type { AdmissionPlugin, Attributes } from '../admission'
import { nodeOf } from '../authorization/node'

const MIRROR = 'kubernetes.io/config.mirror'
const LEASES = 'kube-node-lease'
const RESTRICTED = 'node-restriction.kubernetes.io'
/** upstream: kubelet/pkg/apis/well_known_labels.go */
const KUBELET_LABELS = new Set([
  'kubernetes.io/hostname', 'topology.kubernetes.io/zone', 'topology.kubernetes.io/region', 'failure-domain.beta.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/region', 'node.kubernetes.io/instance-type',
  'beta.kubernetes.io/instance-type', 'kubernetes.io/os', 'kubernetes.io/arch', 'beta.kubernetes.io/os', 'beta.kubernetes.io/arch', 'node.kubernetes.io/windows-build',
])
const KUBELET_NAMESPACES = ['kubelet.kubernetes.io', 'node.kubernetes.io']

export const nodeRestriction: AdmissionPlugin = {
  name: 'NodeRestriction',
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  resources: ['pods', 'nodes', 'persistentvolumeclaims', 'serviceaccounts', 'leases.coordination.k8s.io', 'csinodes.storage.k8s.io'],
  // Reviews of a body of its own (eviction, token) run this phase alone.
  validate(a, { lister }) {
    if (a.request.actor.trusted) return
    const node = nodeOf(a.request.actor)
    if (node === undefined) return
    const refuse: Refuse = why => {
      throw forbiddenRequest(a.kind, a.name, why)
    }
    if (node === '') refuse(`could not determine node from user ${goQuote(a.request.actor.user)}`)
    BY_KIND[a.kind.plural]?.(a, node, lister, refuse)
  },
}

type Refuse = (why: string) => never
type Restrict = (a: Attributes, node: string, lister: Lister, refuse: Refuse) => void

const restrictPod: Restrict = (a, node, lister, refuse) => {
  const me = goQuote(node)
  if (a.subresource === 'status') {
    const [next, previous] = [a.object as Pod, a.previous as Pod | undefined]
    if (previous?.spec.nodeName !== node) refuse(`node ${me} can only update pod status for pods with spec.nodeName set to itself`)
    if (!deepEqual(next.metadata.labels ?? {}, previous?.metadata.labels ?? {})) refuse(`node ${me} cannot update labels through pod status`)
    return
  }
  if (a.subresource === 'eviction') {
    const found = lister.get(pods, a.name, a.namespace)
    if (found === undefined) throw notFound(pods, a.name)
    if (found.spec.nodeName !== node) refuse(`node ${node} can only evict pods with spec.nodeName set to itself`)
    return
  }
  if (a.subresource !== '') refuse(`unexpected pod subresource ${goQuote(a.subresource)}, only 'status' and 'eviction' are allowed`)
  if (a.operation === 'CREATE') restrictMirror(a.object as Pod, node, lister, refuse)
  else if (a.operation !== 'DELETE') refuse(`unexpected operation ${goQuote(a.operation)}, node ${me} can only create and delete mirror pods`)
  else if ((a.previous as Pod).spec.nodeName !== node) refuse(`node ${me} can only delete pods with spec.nodeName set to itself`)
}

function restrictMirror(pod: Pod, node: string, lister: Lister, refuse: Refuse): void {
  const me = `node ${goQuote(node)}`
  const { annotations, ownerReferences = [] } = pod.metadata
  if (annotations?.[MIRROR] === undefined) refuse(`pod does not have ${goQuote(MIRROR)} annotation, ${me} can only create mirror pods`)
  if (pod.spec.nodeName !== node) refuse(`${me} can only create pods with spec.nodeName set to itself`)
  if (ownerReferences.length > 1) refuse(`${me} can only create pods with a single owner reference set to itself`)
  const [owner] = ownerReferences
  if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node) refuse(`${me} can only create pods with an owner reference set to itself`)
  if (owner?.controller !== true) refuse(`${me} can only create pods with a controller owner reference set to itself`)
  if (owner?.blockOwnerDeletion === true) refuse(`${me} must not set blockOwnerDeletion on an owner reference`)
  const found = lister.get(nodes, node)
  if (found === undefined) throw notFound(nodes, node)
  if (owner?.uid !== found.metadata.uid) refuse(`node ${node} UID mismatch: expected ${owner?.uid} got ${found.metadata.uid}`)
  const { spec } = pod
  const volumes = spec.volumes ?? []
  const containers = [...spec.containers, ...(spec.initContainers ?? [])]
  if ((spec.serviceAccountName ?? '') !== '') refuse(`${me} can not create pods that reference a service account`)
  if ((spec.imagePullSecrets ?? []).length > 0 || volumes.some(v => v.secret !== undefined || v.projected?.sources?.some(s => s.secret !== undefined) === true) || containers.some(c => c.envFrom?.some(e => e.secretRef !== undefined) === true || c.env?.some(e => e.valueFrom?.secretKeyRef !== undefined) === true))
    refuse(`${me} can not create pods that reference secrets`)
  if (volumes.some(v => v.configMap !== undefined || v.projected?.sources?.some(s => s.configMap !== undefined) === true) || containers.some(c => c.envFrom?.some(e => e.configMapRef !== undefined) === true || c.env?.some(e => e.valueFrom?.configMapKeyRef !== undefined) === true))
    refuse(`${me} can not create pods that reference configmaps`)
  if (volumes.some(v => v.projected?.sources?.some(s => s.clusterTrustBundle !== undefined) === true)) refuse(`${me} can not create pods that reference clustertrustbundles`)
  if (volumes.some(v => v.persistentVolumeClaim !== undefined)) refuse(`${me} can not create pods that reference persistentvolumeclaims`)
}

const restrictNode: Restrict = (a, node, _lister, refuse) => {
  const me = `node ${goQuote(node)}`
  if (a.name !== node) refuse(`${me} is not allowed to modify node ${goQuote(a.name)}`)
  if (a.operation === 'DELETE') return
  const [next, previous] = [a.object as Node, a.previous as Node | undefined]
  const labels = forbiddenLabels(next.metadata.labels ?? {}, previous?.metadata.labels ?? {})
  if (previous === undefined) {
    if (labels.length > 0) refuse(`${me} is not allowed to set the following labels: ${labels.join(', ')}`)
    return
  }
  if (!deepEqual(next.spec?.taints ?? [], previous.spec?.taints ?? [])) refuse(`${me} is not allowed to modify taints`)
  if (labels.length > 0) refuse(`is not allowed to modify labels: ${labels.join(', ')}`)
}

function forbiddenLabels(next: Readonly<Record<string, string>>, previous: Readonly<Record<string, string>>): string[] {
  const changed = [...new Set([...Object.keys(next), ...Object.keys(previous)])].filter(k => next[k] !== previous[k])
  return changed.filter(isForbidden).sort()
}

function isForbidden(label: string): boolean {
  const slash = label.indexOf('/')
  const domain = slash < 0 ? '' : label.slice(0, slash)
  const under = (parent: string): boolean => domain === parent || domain.endsWith(`.${parent}`)
  if (under(RESTRICTED)) return true
  return (under('kubernetes.io') || under('k8s.io')) && !KUBELET_LABELS.has(label) && !KUBELET_NAMESPACES.some(under)
}

const restrictClaim: Restrict = (a, node, _lister, refuse) => {
  if (a.subresource !== 'status') refuse('may only update PVC status')
  const bare = (c: PersistentVolumeClaim): unknown => {
    const { capacity: _c, conditions: _o, allocatedResources: _a, allocatedResourceStatuses: _s, ...status } = c.status ?? {}
    const { resourceVersion: _r, managedFields: _m, ...metadata } = c.metadata as unknown as Record<string, unknown>
    return { ...c, metadata, status }
  }
  if (!deepEqual(bare(a.object as PersistentVolumeClaim), bare(a.previous as PersistentVolumeClaim))) refuse(`node ${goQuote(node)} is not allowed to update fields other than status.capacity and status.conditions`)
}

const restrictToken: Restrict = (a, node, lister, refuse) => {
  if (a.operation !== 'CREATE' || a.subresource !== 'token') return
  const ref = (a.object as TokenRequest).spec.boundObjectRef
  if (ref?.apiVersion !== 'v1' || ref.kind !== 'Pod' || (ref.name ?? '') === '') return refuse('node requested token not bound to a pod')
  if ((ref.uid ?? '') === '') refuse('node requested token with a pod binding without a uid')
  const found = lister.get(pods, ref.name as string, a.namespace)
  if (found === undefined) throw notFound(pods, ref.name as string)
  if (found.metadata.uid !== ref.uid) refuse(`the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`)
  if (found.spec.nodeName !== node) refuse('node requested token bound to a pod scheduled on a different node')
}

const restrictLease: Restrict = (a, node, _lister, refuse) => {
  if (a.namespace !== LEASES) refuse(`can only access leases in the ${goQuote(LEASES)} system namespace`)
  if (a.name !== node) refuse('can only access node lease with the same name as the requesting node')
}

const restrictCsiNode: Restrict = (a, node, _lister, refuse) => {
  if (a.name !== node) refuse('can only access CSINode with the same name as the requesting node')
}

const BY_KIND: Readonly<Record<string, Restrict>> = { pods: restrictPod, nodes: restrictNode, persistentvolumeclaims: restrictClaim, serviceaccounts: restrictToken, leases: restrictLease, csinodes: restrictCsiNode }
