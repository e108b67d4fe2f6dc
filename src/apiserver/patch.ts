/** PATCH: the stored object, a patch of one of four kinds, and then the stages of an update. upstream: apiserver/pkg/endpoints/handlers/patch.go */
import { deepClone } from '../base/equal'
import { badRequest, isNotFound } from '../base/status'
import type { ApplyOptions, ObjectRef, PatchType } from '../client/client'
import type { Kind, KubeObject } from '../kinds/kind'
import type { RequestState } from './actor'
import { decodeBody } from './decode-body'
import { create } from './create'
import type { ApiServer } from './server'
import { update } from './update'

export async function patchObject<T extends KubeObject>(server: ApiServer, kind: Kind<T>, ref: ObjectRef, type: PatchType, patch: unknown, subresource: string, request: RequestState): Promise<T> {
  const next = (current: T): T => {
    const patched = decodeBody(kind, patchValue(kind, current, type, patch), request)
    kind.applyDefaults?.(patched)
    return patched
  }
  return update(server, kind, ref.metadata.namespace, ref.metadata.name, { next, subresource }, request)
}

function patchValue<T extends KubeObject>(_kind: Kind<T>, current: T, type: PatchType, patch: unknown): unknown {
  if (type === 'merge') return mergePatch(current, patch)
  throw badRequest(`patch type ${type} is not supported yet`)
}

function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return deepClone(patch)
  const base = typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...(target as Record<string, unknown>) } : {}
  for (const [k, v] of Object.entries(patch)) {
    if (v === null) delete base[k]
    else base[k] = mergePatch(base[k], v)
  }
  return base
}

export async function applyPatch<T extends KubeObject>(server: ApiServer, kind: Kind<T>, object: object & ObjectRef, _options: ApplyOptions, request: RequestState): Promise<T> {
  const { name, namespace } = object.metadata
  try {
    return await patchObject(server, kind, object, 'merge', object, '', request)
  } catch (e) {
    if (!isNotFound(e)) throw e
    return create(server, kind, namespace, { ...object, metadata: { ...object.metadata, name } }, request)
  }
}
