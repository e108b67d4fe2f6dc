/** What `set`, `rollout pause` and their like share: objects are changed, and what differs is sent as a patch. upstream: kubectl/pkg/cmd/set/helper.go CalculatePatches */
import { UsageError } from '../../base/errors'
import { StatusError } from '../../base/status'
import type { Client } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import { apiVersionOf } from '../../kinds/kind'
import { createTwoWayMergePatch } from '../../kinds/schema/strategic-diff'
import { typeOfKind } from '../../kinds/schema/table'
import { SeveralErrors } from '../errors'
import type { DryRun } from '../invocation'
import type { ResourceBuilder } from '../resource-builder/builder'
import type { Info } from '../resource-builder/info'
import { objectName, refOf } from '../resource-builder/info'
import type { ResourceQuery } from '../resource-builder/query'

export type Fetched = Info & { readonly object: KubeObject }

/** An object as it should be, or why it cannot be changed; undefined leaves it out. */
export interface Change {
  readonly info: Fetched
  readonly after: KubeObject | undefined
  /** JSON of a strategic merge patch; empty when nothing differs. */
  readonly patch: Record<string, unknown>
  readonly problem: string | undefined
}

/** Commands that know their objects' types know none of custom resources. Throws UsageError. upstream: runtime.NotRegisteredError */
export function requireRegistered({ resource }: Pick<Info, 'resource'>): void {
  const apiVersion = apiVersionOf(resource)
  if (typeOfKind(apiVersion, resource.kind) === undefined) throw new UsageError(`no kind ${JSON.stringify(resource.kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/scheme/scheme.go:28"`)
}

/** Changes objects one by one; `mutate` throws an Error to say why not. */
export function changesOf(infos: readonly Fetched[], mutate: (object: KubeObject, info: Fetched) => KubeObject | undefined): Change[] {
  infos.forEach(requireRegistered)
  return infos.flatMap((info): Change[] => {
    try {
      const after = mutate(info.object, info)
      if (after === undefined) return []
      return [{ info, after, patch: patchBetween(info, info.object, after), problem: undefined }]
    } catch (error) {
      return [{ info, after: undefined, patch: {}, problem: (error as Error).message }]
    }
  })
}

function patchBetween({ resource }: Info, before: KubeObject, after: KubeObject): Record<string, unknown> {
  const type = typeOfKind(apiVersionOf(resource), resource.kind)
  if (type === undefined) throw new Error(`no kind ${JSON.stringify(resource.kind)} is registered for version ${JSON.stringify(apiVersionOf(resource))}`)
  // What was set to undefined is not there any more, which is a change to tell of.
  return createTwoWayMergePatch(type, before as never, JSON.parse(JSON.stringify(after)) as never)
}

export const isEmptyPatch = ({ patch }: Change): boolean => Object.keys(patch).length === 0

export interface ChangeOptions {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
  readonly client: () => Promise<Client>
  readonly local: boolean
  readonly dryRun: DryRun
  readonly fieldManager: string
  readonly print: (object: object) => void
  /** Stands before the server's refusal: `failed to patch image update to pod template: `. */
  readonly failure: string
  /** A patch that changes nothing is sent nevertheless, and the object printed. */
  readonly sendsEmpty?: boolean
}

/** The objects that are named; what cannot be found is an error at once. Throws SeveralErrors. */
export async function fetchAll({ builder, query }: Pick<ChangeOptions, 'builder' | 'query'>): Promise<Fetched[]> {
  const { infos, errors } = await builder.infos(query)
  if (errors.length === 1) throw errors[0]
  if (errors.length > 1) throw new SeveralErrors(errors)
  return infos
}

/** Sends the changes and prints what comes back; `errors` are those met while changing. Throws SeveralErrors. */
export async function sendChanges(changes: readonly Change[], options: ChangeOptions, errors: unknown[] = []): Promise<void> {
  for (const change of changes) {
    const { info, after, patch, problem } = change
    if (problem !== undefined) {
      errors.push(new UsageError(`error: ${objectName(info)} ${problem}\n`))
      continue
    }
    if (isEmptyPatch(change) && options.sendsEmpty !== true) continue
    if (options.local || options.dryRun === 'client') {
      options.print(after as KubeObject)
      continue
    }
    try {
      options.print(await (await options.client()).patch(info.resource, refOf(info), 'strategic', patch, { dryRun: options.dryRun === 'server', fieldManager: options.fieldManager }))
    } catch (error) {
      if (!(error instanceof StatusError)) throw error
      errors.push(new UsageError(options.failure + error.message))
    }
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new SeveralErrors(errors)
}
