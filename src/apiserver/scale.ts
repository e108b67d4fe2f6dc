/** The scale subresource: how many replicas an object has, whatever its kind. upstream: pkg/registry/apps/deployment/storage ScaleREST */
import { invalidValue, type FieldError } from '../base/field'
import { formatLabelSelector, formatLabels, type LabelSelectorObject } from '../base/label-selector'
import { conflict, invalid, noSuchPath, OBJECT_MODIFIED } from '../base/status'
import type { ObjectRef } from '../client/client'
import { defineKind, type Kind, type KubeObject } from '../kinds/kind'
import type { Scale } from '../kinds/schema/types/autoscaling.v1'
import type { RequestState } from './actor'
import type { ApiServer } from './server'
import { update } from './update'

export const scale = defineKind<Scale>({ group: 'autoscaling', version: 'v1', kind: 'Scale', plural: 'scales', singular: 'scale', scope: 'Namespaced' })

interface Scalable extends KubeObject {
  spec?: { replicas?: number; selector?: LabelSelectorObject | Record<string, string> }
  status?: { replicas?: number }
}

export const hasScale = (kind: Kind, subresource: string): boolean => subresource === 'scale' && kind.subresources[subresource]?.body?.kind === 'Scale'

/** The Scale of an object whose replicas stand in `spec.replicas`. */
export function scaleOf(kind: Kind, object: KubeObject): Scale {
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
    return { ...current, metadata: { ...current.metadata }, spec: { ...(current as Scalable).spec, replicas: wished.spec?.replicas ?? 0 } }
  }
  return scaleOf(kind as never, await update(server, kind, namespace, name, { next: scaled, subresource: 'scale' }, request))
}

/** upstream: pkg/apis/autoscaling/validation ValidateScale */
function validateScale({ spec }: Scale): FieldError[] {
  const replicas = spec?.replicas ?? 0
  return replicas < 0 ? [invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')] : []
}
