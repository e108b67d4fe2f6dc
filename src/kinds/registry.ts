/** All built-in kinds: those with a folder of their own, and the rest as the type table describes them. */
import { componentStatus } from './core/component-status/kind'
import { configMap } from './core/config-map/kind'
import { secret } from './core/secret/kind'
import { event } from './core/event/kind'
import { namespace } from './core/namespace/kind'
import { node } from './core/node/kind'
import { pod } from './core/pod/kind'
import { service } from './core/service/kind'
import { serviceAccount } from './core/service-account/kind'
import { deployment } from './apps/deployment/kind'
import { replicaSet } from './apps/replica-set/kind'
import { role } from './rbac/role/kind'
import { clusterRole } from './rbac/cluster-role/kind'
import { roleBinding } from './rbac/role-binding/kind'
import { clusterRoleBinding } from './rbac/cluster-role-binding/kind'
import { customResourceDefinition } from './apiextensions/custom-resource-definition/kind'
import type { Kind, KubeObject } from './kind'
import { defineKind } from './kind'
import { rareKinds } from './rare'
import { resources } from './schema/table'

/** The kinds of the commonest commands, and those that a cluster looks at whenever it is opened. The others are in rare.ts. */
const FREQUENT: readonly Kind<never>[] = [componentStatus, configMap, secret, event, namespace, node, pod, service, serviceAccount, deployment, replicaSet, role, clusterRole, roleBinding, clusterRoleBinding, customResourceDefinition]

/** A kind by its names, made when somebody looks at it. */
export interface LateKind {
  readonly group: string
  readonly plural: string
  readonly kind: string
  /** Of a further version of a kind that is stored in another: that version. */
  readonly furtherVersion?: string
  make(): Kind
}

/** Kinds in a further version of their own group, with that version. */
const FURTHER: readonly { readonly group: string; readonly plural: string; readonly kind: string; readonly furtherVersion: string }[] = [{ group: 'autoscaling', plural: 'horizontalpodautoscalers', kind: 'HorizontalPodAutoscaler', furtherVersion: 'v1' }]

const id = ({ group, plural }: { readonly group: string; readonly plural: string }): string => `${group}/${plural}`
const isFurtherVersion = (k: Kind<never>): boolean => k.view !== undefined && k.view.of.group === k.group
const byId = (kinds: readonly Kind<never>[]): Map<string, Kind> => new Map(kinds.filter(k => !isFurtherVersion(k)).map(k => [id(k), k as unknown as Kind]))

/** Every kind that a fresh cluster serves, in discovery's order, each group and plural once; then the further versions. */
export function lateKinds(): readonly LateKind[] {
  const frequent = byId(FREQUENT)
  let rare: Map<string, Kind> | undefined
  const found = new Map<string, LateKind>()
  for (const r of resources()) {
    const name = id(r)
    if (found.has(name) || !r.verbs.includes('get')) continue
    found.set(name, { group: r.group, plural: r.plural, kind: r.kind, make: () => frequent.get(name) ?? (rare ??= byId(rareKinds())).get(name) ?? generic(r) })
  }
  const further = FURTHER.map(f => ({ ...f, make: () => rareKinds().find(k => isFurtherVersion(k) && id(k) === id(f) && k.version === f.furtherVersion) as unknown as Kind }))
  return [...found.values(), ...further]
}

/** The same, all made. */
export const builtInKinds = (): readonly Kind[] => lateKinds().map(k => k.make())

type ResourceRow = ReturnType<typeof resources>[number]

/** A kind of which only the type table knows: metadata rules, storage and a table of names and ages. */
function generic(r: ResourceRow): Kind {
  const subresources = Object.fromEntries(r.subresources.map(s => [s.name, s.kind === 'Scale' ? { body: { group: 'autoscaling', version: 'v1', kind: s.kind } } : {}]))
  return defineKind<KubeObject>({
    group: r.group,
    version: r.version,
    versions: resources().filter(x => x.group === r.group && x.plural === r.plural).map(x => x.version),
    kind: r.kind,
    plural: r.plural,
    singular: r.singular,
    shortNames: r.shortNames,
    categories: r.categories,
    scope: r.namespaced ? 'Namespaced' : 'Cluster',
    generation: 'status' in subresources ? 'spec' : 'never',
    subresources,
  })
}
