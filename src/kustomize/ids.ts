/** What a resource is called: group, version, kind, name and namespace. upstream: kyaml/resid */
import { apiVersionOf, kindOf, metadataText } from './yaml/edit'
import type { YamlNode } from './yaml/node'
import { isCertainlyClusterScoped } from './schema/scopes'

export interface Gvk {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly clusterScoped: boolean
}
export interface ResourceId extends Gvk {
  readonly name: string
  readonly namespace: string
}
/** What a field spec or selector says of a kind; '' is anything. */
export interface GvkPattern {
  readonly group?: string
  readonly version?: string
  readonly kind?: string
}

export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? { group: '', version: apiVersion } : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) }
}
export const apiVersionText = ({ group = '', version = '' }: GvkPattern): string => (group === '' ? version : `${group}/${version}`)

/** With what is known of the scope. */
export function gvk(group: string, version: string, kind: string): Gvk {
  return { group, version, kind, clusterScoped: isCertainlyClusterScoped(apiVersionText({ group, version }), kind) }
}
export function gvkOf(node: YamlNode): Gvk {
  const { group, version } = splitApiVersion(apiVersionOf(node))
  return gvk(group, version, kindOf(node))
}
export const idOf = (node: YamlNode): ResourceId => ({ ...gvkOf(node), name: metadataText(node, 'name'), namespace: metadataText(node, 'namespace') })

export const gvkText = ({ group, version, kind }: GvkPattern): string => `${kind || '[noKind]'}.${version || '[noVer]'}.${group || '[noGrp]'}`
export const idText = (id: GvkPattern & { name?: string; namespace?: string }): string => `${gvkText(id)}/${id.name || '[noName]'}.${id.namespace || '[noNs]'}`
/** Go's `%#v`. */
export const idSyntax = (id: ResourceId): string =>
  `resid.ResId{Gvk:resid.Gvk{Group:${JSON.stringify(id.group)}, Version:${JSON.stringify(id.version)}, Kind:${JSON.stringify(id.kind)}, isClusterScoped:${id.clusterScoped}}, Name:${JSON.stringify(id.name)}, Namespace:${JSON.stringify(id.namespace)}}`

export const isGvkEqual = (a: GvkPattern, b: GvkPattern): boolean => (a.group ?? '') === (b.group ?? '') && (a.version ?? '') === (b.version ?? '') && (a.kind ?? '') === (b.kind ?? '')
/** Whatever the pattern names is the same. */
export function isSelected(id: GvkPattern, pattern: GvkPattern): boolean {
  return (!pattern.group || id.group === pattern.group) && (!pattern.version || id.version === pattern.version) && (!pattern.kind || id.kind === pattern.kind)
}

export const NO_NAMESPACE = '_non_namespaceable_'
export const DEFAULT_NAMESPACE = 'default'
/** The namespace that counts: `default` for none, a name of its own for what has no namespace. */
export function effectiveNamespace(id: { readonly clusterScoped?: boolean; readonly namespace?: string }): string {
  if (id.clusterScoped) return NO_NAMESPACE
  return id.namespace || DEFAULT_NAMESPACE
}
export const isNamespaceEqual = (a: ResourceId, b: ResourceId): boolean => effectiveNamespace(a) === effectiveNamespace(b)
export const isNameAndKindEqual = (a: ResourceId, b: ResourceId): boolean => a.name === b.name && isGvkEqual(a, b)
export const isIdEqual = (a: ResourceId, b: ResourceId): boolean => isNamespaceEqual(a, b) && isNameAndKindEqual(a, b)
/** Go's `==`. */
export const isIdIdentical = (a: ResourceId, b: ResourceId): boolean => isNameAndKindEqual(a, b) && a.namespace === b.namespace && a.clusterScoped === b.clusterScoped

/** In which order field specs stand. */
export const ORDER_FIRST = [
  'Namespace', 'ResourceQuota', 'StorageClass', 'CustomResourceDefinition', 'ServiceAccount', 'PodSecurityPolicy', 'Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding', 'ConfigMap', 'Secret',
  'Endpoints', 'Service', 'LimitRange', 'PriorityClass', 'PersistentVolume', 'PersistentVolumeClaim', 'Deployment', 'StatefulSet', 'CronJob', 'PodDisruptionBudget',
]
export const ORDER_LAST = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']

/** Negative for what comes first, positive for what comes last, 0 for what lies between. */
export function orderOf(kind: string, first: readonly string[] = ORDER_FIRST, last: readonly string[] = ORDER_LAST): number {
  const after = last.lastIndexOf(kind)
  if (after >= 0) return 1 + after
  const before = first.lastIndexOf(kind)
  return before < 0 ? 0 : before - first.length
}
export const gvkSortText = ({ group, version, kind }: GvkPattern): string => `${group || '~G'}_${version || '~V'}_${kind || '~K'}`
export function isGvkLess(a: GvkPattern, b: GvkPattern): boolean {
  const [x, y] = [orderOf(a.kind ?? ''), orderOf(b.kind ?? '')]
  return x !== y ? x < y : gvkSortText(a) < gvkSortText(b)
}
