/** What of an object a Service needs: its pods' selector and ports. upstream: kubectl/pkg/polymorphichelpers canbeexposed.go, mapbasedselectorforobject.go, portsforobject.go, multiprotocolsforobject.go */
import { UsageError } from '../../base/errors'
import type { KubeObject } from '../../kinds/kind'
import type { PodSpec, ServicePort } from '../../kinds/schema/types/core.v1'
import type { Info } from '../resource-builder/info'
import { requireRegistered } from '../set/change'

const EXPOSABLE = new Set(['ReplicationController', 'Service', 'Pod', 'Deployment.apps', 'ReplicaSet.apps'])
const kindOf = ({ resource: { group, kind } }: Info): string => (group === '' ? kind : `${kind}.${group}`)

/** Throws UsageError for kinds that have no pods of their own. */
export function requireExposable(info: Info): void {
  requireRegistered(info)
  if (!EXPOSABLE.has(kindOf(info))) throw new UsageError(`cannot expose a ${kindOf(info)}`)
}

/** `a=b,c=d` */
export const labelsText = (labels: Readonly<Record<string, string>> | undefined): string => Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}=${value}`).join(',')

interface Spec {
  readonly selector?: Readonly<Record<string, unknown>>
  readonly template?: { readonly spec?: PodSpec }
  readonly ports?: readonly ServicePort[]
}
const specOf = (object: KubeObject): Spec => (object as { spec?: Spec }).spec ?? {}

/** The selector as text. Throws UsageError. */
export function selectorOf({ object, resource: { kind } }: Info & { readonly object: KubeObject }): string {
  const fail = (why: string): never => {
    throw new UsageError(`couldn't retrieve selectors via --selector flag or introspection: ${why}`)
  }
  const { selector } = specOf(object)
  if (kind === 'Pod') return Object.keys(object.metadata.labels ?? {}).length === 0 ? fail('the pod has no labels and cannot be exposed') : labelsText(object.metadata.labels)
  if (kind === 'Service') return selector === undefined ? fail('the service has no pod selector set') : labelsText(selector as Record<string, string>)
  if (kind === 'ReplicationController') return labelsText(selector as Record<string, string>)
  const { matchLabels = {}, matchExpressions = [] } = (selector ?? {}) as { matchLabels?: Record<string, string>; matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[] }
  if (Object.keys(matchLabels).length === 0) return fail(`invalid ${kind.toLowerCase()}: no selectors, therefore cannot be exposed`)
  if (matchExpressions.length > 0) return fail(`couldn't convert expressions - "[${matchExpressions.map(e => `{Key:${e.key} Operator:${e.operator} Values:[${(e.values ?? []).join(' ')}]}`).join(' ')}]" to map-based selector format`)
  return labelsText(matchLabels)
}

export interface ExposedPort {
  readonly port: number
  readonly protocol: string
}

/** Every port of the containers, or of a Service, with its protocol. */
export function portsOf(object: KubeObject): ExposedPort[] {
  const spec = specOf(object)
  if (object.kind === 'Service') return (spec.ports ?? []).map(p => ({ port: p.port, protocol: p.protocol || 'TCP' }))
  const pod = object.kind === 'Pod' ? (spec as unknown as PodSpec) : spec.template?.spec
  return (pod?.containers ?? []).flatMap(c => (c.ports ?? []).map(p => ({ port: p.containerPort, protocol: p.protocol || 'TCP' })))
}
