/** The scale subresource: how many replicas an object has, whatever its kind. upstream: pkg/registry/apps/deployment/storage ScaleREST */
import { goQuote, invalidValue, type FieldError } from '../base/field'
import { formatLabelSelector, formatLabels, type LabelSelectorObject } from '../base/label-selector'
import { conflict, internalError, invalid, noSuchPath, OBJECT_MODIFIED } from '../base/status'
import type { ObjectRef } from '../client/client'
import { atPath } from '../kinds/apiextensions/custom-resource/kind'
import { count } from '../kinds/core/pod/template/columns'
import { age, defineKind, name, type Kind, type KubeObject, type ScalePaths } from '../kinds/kind'
import type { Scale } from '../kinds/schema/types/autoscaling.v1'
import type { RequestState } from './actor'
import type { ApiServer } from './server'
import { update } from './update'

export const scale = defineKind<Scale>({
  group: 'autoscaling', version: 'v1', kind: 'Scale', plural: 'scales', singular: 'scale', scope: 'Namespaced',
  columns: [
    name,
    count<Scale>('Desired', 'Replicas that are wanted.', s => s.spec?.replicas),
    count<Scale>('Available', 'Replicas that there are.', s => s.status?.replicas),
    age,
  ],
})

interface Scalable extends KubeObject {
  spec?: { replicas?: number; selector?: LabelSelectorObject | Record<string, string> }
  status?: { replicas?: number }
}

export const hasScale = (kind: Kind, subresource: string): boolean => subresource === 'scale' && kind.subresources[subresource]?.body?.kind === 'Scale'

/** The Scale of an object whose replicas stand in `spec.replicas`. */
export function scaleOf(kind: Kind, object: KubeObject): Scale {
  const paths = kind.subresources.scale?.scalePaths
  if (paths !== undefined) return scaleAt(paths, object)
  const { metadata, spec, status } = object as Scalable
  const selector = selectorText(kind, spec?.selector)
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name: metadata.name,
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      uid: metadata.uid as string,
      resourceVersion: metadata.resourceVersion as string,
      creationTimestamp: metadata.creationTimestamp as string,
    },
    spec: spec?.replicas === undefined || spec.replicas === 0 ? {} : { replicas: spec.replicas },
    status: { replicas: status?.replicas ?? 0, ...(selector === '' ? {} : { selector }) },
  }
}

/** The Scale of a custom resource. Throws 500 when the object does not say how many replicas it wishes. upstream: apiextensions-apiserver/pkg/registry/customresource/etcd.go scaleFromCustomResource */
function scaleAt(paths: ScalePaths, object: KubeObject): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const wished = atPath(object, paths.spec)
  const actual = atPath(object, paths.status)
  const selector = paths.selector === undefined ? undefined : atPath(object, paths.selector)
  if (typeof wished !== 'number') throw internalError(`the spec replicas field ${goQuote(paths.spec)} does not exist`)
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid: uid as string, resourceVersion: resourceVersion as string, creationTimestamp: creationTimestamp as string },
    spec: wished === 0 ? {} : { replicas: wished },
    status: { replicas: typeof actual === 'number' ? actual : 0, ...(typeof selector === 'string' && selector !== '' ? { selector } : {}) },
  }
}

function withReplicas<T extends KubeObject>(object: T, path: string, replicas: number): T {
  const parts = path.replace(/^\./, '').split('.')
  const set = (at: Record<string, unknown>, i: number): Record<string, unknown> => ({ ...at, [parts[i] as string]: i === parts.length - 1 ? replicas : set((at[parts[i] as string] ?? {}) as Record<string, unknown>, i + 1) })
  return set({ ...object, metadata: { ...object.metadata } } as unknown as Record<string, unknown>, 0) as unknown as T
}

/** A replication controller's selector is a plain map. */
function selectorText(kind: Kind, selector: LabelSelectorObject | Record<string, string> | undefined): string {
  if (selector === undefined) return ''
  return kind.group === '' ? formatLabels(selector as Record<string, string>) : formatLabelSelector(selector as LabelSelectorObject)
}

/** Stores the replicas of the Scale that `next` makes of the current one. Throws 404, 409 or 422. */
export async function changeScale<T extends KubeObject>(server: ApiServer, kind: Kind<T>, ref: ObjectRef, next: (current: Scale) => Scale, request: RequestState): Promise<Scale> {
  const { name, namespace } = ref.metadata
  if (!hasScale(kind as never, 'scale')) throw noSuchPath()
  const scaled = (current: T): T => {
    const wished = next(scaleOf(kind as never, current))
    const errors = validateScale(wished)
    if (errors.length > 0) throw invalid(scale, name, errors)
    const version = wished.metadata.resourceVersion ?? ''
    if (version !== '' && version !== current.metadata.resourceVersion) throw conflict(kind, name, OBJECT_MODIFIED)
    const paths = kind.subresources.scale?.scalePaths
    if (paths !== undefined) return withReplicas(current, paths.spec, wished.spec?.replicas ?? 0)
    return { ...current, metadata: { ...current.metadata }, spec: { ...(current as Scalable).spec, replicas: wished.spec?.replicas ?? 0 } }
  }
  return scaleOf(kind as never, await update(server, kind, namespace, name, { next: scaled, subresource: 'scale' }, request))
}

/** upstream: pkg/apis/autoscaling/validation ValidateScale */
function validateScale({ spec }: Scale): FieldError[] {
  const replicas = spec?.replicas ?? 0
  return replicas < 0 ? [invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')] : []
}
