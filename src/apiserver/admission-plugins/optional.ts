/** Plugins that a server runs when it is told to. upstream: plugin/pkg/admission/{admit,deny,alwayspullimages,antiaffinity,podnodeselector,extendedresourcetoleration,gc,network/denyserviceexternalips,namespace/{autoprovision,exists}} */
import { deepEqual } from '../../base/equal'
import { forbiddenRequest, isAlreadyExists, notFound } from '../../base/status'
import { namespace } from '../../kinds/core/namespace/kind'
import type { KubeObject } from '../../kinds/kind'
import type { Container, Pod, Service } from '../../kinds/schema/types/core.v1'
import { component } from '../actor'
import type { AdmissionPlugin, Attributes } from '../admission'
import type { Authorizer } from '../authorization/authorizer'
import { create } from '../create'
import type { ApiServer } from '../server'

const WRITES = ['CREATE', 'UPDATE'] as const
const HOSTNAME = 'kubernetes.io/hostname'
const NODE_SELECTOR = 'scheduler.alpha.kubernetes.io/node-selector'

const containersOf = ({ spec }: Pod): Container[] => [...(spec.initContainers ?? []), ...spec.containers, ...((spec.ephemeralContainers ?? []) as unknown as Container[])]

export const alwaysAdmit: AdmissionPlugin = { name: 'AlwaysAdmit', operations: [] }

const deny = (a: Attributes): never => {
  throw forbiddenRequest(a.kind, a.name, 'admission control is denying all modifications')
}
/** The cluster's own components write nevertheless: without them nothing of it would be left. */
export const alwaysDeny: AdmissionPlugin = {
  name: 'AlwaysDeny',
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  admit: a => (a.request.actor.trusted ? undefined : deny(a)),
  validate: a => (a.request.actor.trusted ? undefined : deny(a)),
}

export const alwaysPullImages: AdmissionPlugin = {
  name: 'AlwaysPullImages',
  operations: WRITES,
  resources: ['pods'],
  admit({ subresource, object, previous }) {
    if (subresource !== '') return
    const known = new Set(previous === undefined ? [] : containersOf(previous as Pod).map(c => c.image))
    const all = containersOf(object as Pod)
    if (previous !== undefined && all.every(c => known.has(c.image))) return
    for (const c of all) c.imagePullPolicy = 'Always'
  },
}

export const limitPodHardAntiAffinityTopology: AdmissionPlugin = {
  name: 'LimitPodHardAntiAffinityTopology',
  operations: WRITES,
  resources: ['pods'],
  validate({ kind, name, subresource, object }) {
    if (subresource !== '') return
    const terms = (object as Pod).spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
    const other = terms.find(t => t.topologyKey !== HOSTNAME)
    if (other !== undefined) throw forbiddenRequest(kind, name, `affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey ${other.topologyKey} but only key ${HOSTNAME} is allowed`)
  },
}

/** A namespace's annotation says where its pods may run. */
export const podNodeSelector: AdmissionPlugin = {
  name: 'PodNodeSelector',
  operations: ['CREATE'],
  resources: ['pods'],
  admit({ kind, name, subresource, object, namespace: at = '' }, { lister }) {
    const text = lister.get(namespace, at)?.metadata.annotations?.[NODE_SELECTOR] ?? ''
    if (subresource !== '' || text === '') return
    const { spec } = object as Pod
    const wanted = Object.fromEntries(text.split(',').map(pair => pair.split('=').map(s => s.trim()) as [string, string]))
    const own = spec.nodeSelector ?? {}
    for (const key in own) if (wanted[key] !== undefined && wanted[key] !== own[key]) throw forbiddenRequest(kind, name, 'pod node label selector conflicts with its namespace node label selector')
    spec.nodeSelector = { ...wanted, ...own }
  },
}

const isExtended = (resource: string): boolean => resource.includes('/') && !resource.startsWith('requests.') && !(resource.split('/')[0] as string).endsWith('kubernetes.io')

export const extendedResourceToleration: AdmissionPlugin = {
  name: 'ExtendedResourceToleration',
  operations: WRITES,
  resources: ['pods'],
  admit({ subresource, object }) {
    if (subresource !== '') return
    const { spec } = object as Pod
    const wanted = new Set(containersOf(object as Pod).flatMap(c => Object.keys(c.resources?.requests ?? {}).filter(isExtended)))
    for (const key of [...wanted].sort())
      if (spec.tolerations?.some(t => t.key === key && t.operator === 'Exists' && (t.effect ?? '') === 'NoSchedule') !== true) spec.tolerations = [...(spec.tolerations ?? []), { key, operator: 'Exists', effect: 'NoSchedule' }]
  },
}

export const denyServiceExternalIps: AdmissionPlugin = {
  name: 'DenyServiceExternalIPs',
  operations: WRITES,
  resources: ['services'],
  validate({ kind, name, subresource, object, previous }) {
    if (subresource !== '') return
    const before = (previous as Service | undefined)?.spec.externalIPs ?? []
    if (((object as Service).spec.externalIPs ?? []).some(ip => !before.includes(ip))) throw forbiddenRequest(kind, name, 'Use of external IPs is denied by admission control')
  },
}

export const namespaceExists: AdmissionPlugin = {
  name: 'NamespaceExists',
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  validate({ kind, namespace: at = '' }, { lister }) {
    if (at !== '' && kind.scope === 'Namespaced' && lister.get(namespace, at) === undefined) throw notFound(namespace, at)
  },
}

export function namespaceAutoProvision(server: ApiServer): AdmissionPlugin {
  return {
    name: 'NamespaceAutoProvision',
    operations: ['CREATE'],
    async admit({ kind, namespace: at = '', request }, { lister }) {
      if (at === '' || kind.scope !== 'Namespaced' || kind.transient === true || request.dryRun || lister.get(namespace, at) !== undefined) return
      const made = create(server, namespace, undefined, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: at } }, { actor: component('system:apiserver', 'kube-apiserver'), dryRun: false, fieldManager: 'kube-apiserver', fieldValidation: 'Ignore', warnings: [] })
      await made.catch(e => {
        if (!isAlreadyExists(e)) throw e
      })
    },
  }
}

type Owner = NonNullable<KubeObject['metadata']['ownerReferences']>[number]
const ownersOf = (o: KubeObject | undefined): readonly Owner[] => o?.metadata.ownerReferences ?? []

/** Who gives a thing another owner must be able to delete it; who lets it hold up its owner's deletion, to set the owner's finalizers. */
export function ownerReferencesPermission(server: ApiServer, authorizer: Authorizer): AdmissionPlugin {
  return {
    name: 'OwnerReferencesPermissionEnforcement',
    operations: WRITES,
    validate({ kind, name, namespace: at = '', object, previous, request: { actor } }) {
      if (actor.trusted || deepEqual(ownersOf(object), ownersOf(previous))) return
      const may = (verb: string, more: { group: string; resource: string; subresource: string; name: string; namespace: string }) => authorizer.authorize({ user: actor.user, groups: actor.groups, verb, ...more })
      if (previous !== undefined) {
        const decision = may('delete', { group: kind.group, resource: kind.plural, subresource: '', name, namespace: at })
        if (!decision.allowed) throw forbiddenRequest(kind, name, `cannot set an ownerRef on a resource you can't delete: ${decision.reason}, <nil>`)
      }
      const held = new Set(ownersOf(previous).filter(o => o.blockOwnerDeletion === true).map(o => o.uid))
      for (const owner of ownersOf(object).filter(o => o.blockOwnerDeletion === true && !held.has(o.uid))) {
        const of = server.registry.ofObject(owner.apiVersion, owner.kind)
        if (of === undefined) throw forbiddenRequest(kind, name, `cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion ${owner.apiVersion} Kind ${owner.kind}: no matches for kind "${owner.kind}" in version "${owner.apiVersion}"`)
        const decision = may('update', { group: of.group, resource: of.plural, subresource: 'finalizers', name: owner.name, namespace: of.scope === 'Cluster' ? '' : at })
        if (!decision.allowed) throw forbiddenRequest(kind, name, `cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: ${decision.reason}, <nil>`)
      }
    },
  }
}
