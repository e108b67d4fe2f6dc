/** What kubelets may do: their own node and lease, and what the pods bound to them refer to. upstream: plugin/pkg/auth/authorizer/node */
import { goQuote } from '../../base/field'
import type { Lister } from '../../client/lister'
import { persistentVolumeClaim } from '../../kinds/core/persistent-volume-claim/kind'
import { pod } from '../../kinds/core/pod/kind'
import { clusterRole } from '../../kinds/rbac/cluster-role/kind'
import type { Pod } from '../../kinds/schema/types/core.v1'
import type { AccessRequest, Decision, UserInfo } from './access-request'
import { ruleAllows } from './rules'

const NODES_GROUP = 'system:nodes'
export const NODE_USER = 'system:node:'
const LEASES = 'kube-node-lease'

const allow: Decision = { allowed: true, reason: '' }
const deny = (reason: string): Decision => ({ allowed: false, reason })

/** The name of the node that a kubelet's user stands for; undefined for anyone else, empty for a node without a name. upstream: pkg/auth/nodeidentifier */
export function nodeOf({ user, groups }: UserInfo): string | undefined {
  if (!user.startsWith(NODE_USER) || !groups.includes(NODES_GROUP)) return undefined
  return user.slice(NODE_USER.length)
}

/** Undefined for users that are no nodes. */
export function authorizeNode(r: AccessRequest, lister: Lister): Decision | undefined {
  const node = nodeOf(r)
  if (node === undefined) return undefined
  if (node === '') return deny(`unknown node for user ${goQuote(r.user)}`)
  if (r.path === undefined) {
    const decide = BY_RESOURCE[r.group === '' ? r.resource : `${r.resource}.${r.group}`]
    const decided = decide?.(r, node, lister)
    if (decided !== undefined) return decided
  }
  const rules = lister.get(clusterRole, 'system:node')?.rules ?? []
  return rules.some(rule => ruleAllows(rule, r)) ? allow : deny('')
}

type Decide = (r: AccessRequest, node: string, lister: Lister) => Decision | undefined

const readNamespaced = (refers: Refers): Decide => (r, node, lister) => {
  if (!['get', 'list', 'watch'].includes(r.verb)) return deny('can only read resources of this type')
  if (r.subresource !== '') return deny('cannot read subresource')
  if (r.namespace === '') return deny('can only read namespaced object of this type')
  return related(r, node, lister, refers)
}

const getOnly = (refers: Refers): Decide => (r, node, lister) => {
  if (r.verb !== 'get') return deny('can only get individual resources of this type')
  if (r.subresource !== '') return deny('cannot get subresource')
  return related(r, node, lister, refers)
}

type Refers = (pod: Pod, name: string, r: AccessRequest, lister: Lister) => boolean

function related(r: AccessRequest, node: string, lister: Lister, refers: Refers): Decision {
  if (r.name === '') return deny('No Object name found')
  const found = lister.byIndex(pod, 'node', node).some(p => (r.namespace === '' || p.metadata.namespace === r.namespace) && refers(p, r.name, r, lister))
  return found ? allow : deny(`no relationship found between node '${node}' and this object`)
}

const containersOf = ({ spec }: Pod) => [...(spec.initContainers ?? []), ...spec.containers, ...((spec.ephemeralContainers ?? []) as unknown as Pod['spec']['containers'])]

const refersToSecret: Refers = (p, name) =>
  p.spec.imagePullSecrets?.some(s => s.name === name) === true ||
  p.spec.volumes?.some(v => v.secret?.secretName === name || v.projected?.sources?.some(s => s.secret?.name === name) === true || v.csi?.nodePublishSecretRef?.name === name) === true ||
  containersOf(p).some(c => c.envFrom?.some(e => e.secretRef?.name === name) === true || c.env?.some(e => e.valueFrom?.secretKeyRef?.name === name) === true)

const refersToConfigMap: Refers = (p, name) =>
  p.spec.volumes?.some(v => v.configMap?.name === name || v.projected?.sources?.some(s => s.configMap?.name === name) === true) === true ||
  containersOf(p).some(c => c.envFrom?.some(e => e.configMapRef?.name === name) === true || c.env?.some(e => e.valueFrom?.configMapKeyRef?.name === name) === true)

const claims = (p: Pod): string[] => (p.spec.volumes ?? []).flatMap(v => (v.persistentVolumeClaim !== undefined ? [v.persistentVolumeClaim.claimName] : v.ephemeral !== undefined ? [`${p.metadata.name}-${v.name}`] : []))
const refersToClaim: Refers = (p, name) => claims(p).includes(name)
const refersToVolume: Refers = (p, name, _r, lister) => claims(p).some(c => lister.get(persistentVolumeClaim, c, p.metadata.namespace)?.spec.volumeName === name)

const tokens: Decide = (r, node, lister) => {
  if (r.verb !== 'create' || r.name === '') return deny('can only create tokens for individual service accounts')
  if (r.subresource !== 'token') return deny('can only create token subresource of serviceaccount')
  return related(r, node, lister, (p, name) => p.spec.serviceAccountName === name)
}

const leases: Decide = (r, node) => {
  if (!['get', 'create', 'update', 'patch', 'delete'].includes(r.verb)) return deny('can only get, create, update, patch, or delete a node lease')
  if (r.namespace !== LEASES) return deny(`can only access leases in the ${goQuote(LEASES)} system namespace`)
  if (r.verb !== 'create' && r.name !== node) return deny('can only access node lease with the same name as the requesting node')
  return allow
}

const csiNodes: Decide = (r, node) => {
  if (!['get', 'create', 'update', 'patch', 'delete'].includes(r.verb)) return deny('can only get, create, update, patch, or delete a CSINode')
  if (r.subresource !== '') return deny('cannot authorize CSINode subresources')
  if (r.verb !== 'create' && r.name !== node) return deny('can only access CSINode with the same name as the requesting node')
  return allow
}

const nodes: Decide = (r, node) => {
  if (r.subresource === 'status') return ['update', 'patch'].includes(r.verb) && r.name === node ? allow : undefined
  if (r.subresource !== '') return undefined
  if (['create', 'update', 'patch'].includes(r.verb)) return allow
  if (['get', 'list', 'watch'].includes(r.verb)) {
    if (r.name === node) return allow
    return deny(r.name === '' ? `node '${node}' cannot read all nodes, only its own Node object` : `node '${node}' cannot read '${r.name}', only its own Node object`)
  }
  return undefined
}

const pods: Decide = (r, node, lister) => {
  if (r.subresource !== '') return undefined
  if (r.verb === 'get') return related(r, node, lister, (p, name) => p.metadata.name === name)
  if (r.verb !== 'list' && r.verb !== 'watch') return undefined
  if (r.fields?.some(f => f.field === 'spec.nodeName' && f.value === node) === true) return allow
  return deny('can only list/watch pods with spec.nodeName field selector')
}

const BY_RESOURCE: Readonly<Record<string, Decide>> = {
  secrets: readNamespaced(refersToSecret),
  configmaps: readNamespaced(refersToConfigMap),
  persistentvolumeclaims: (r, node, lister) => (r.subresource === 'status' ? claimStatus(r, node, lister) : getOnly(refersToClaim)(r, node, lister)),
  persistentvolumes: getOnly(refersToVolume),
  serviceaccounts: tokens,
  'leases.coordination.k8s.io': leases,
  'csinodes.storage.k8s.io': csiNodes,
  nodes,
  pods,
}

function claimStatus(r: AccessRequest, node: string, lister: Lister): Decision {
  if (r.verb !== 'update' && r.verb !== 'patch') return deny('can only get/update/patch this type')
  return related(r, node, lister, refersToClaim)
}
