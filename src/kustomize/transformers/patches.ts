/** Strategic merge patches and JSON patches. upstream: api/internal/builtins/Patch*Transformer.go */
import { goQuote } from '../../base/field'
import type { JsonPatchOperation } from '../../base/json-patch'
import { JsonPatchError, applyJsonPatch } from '../../base/json-patch'
import { yamlText } from '../../base/yaml/writer'
import { resourcesOf, resourcesOfFile } from '../documents'
import { BuildError, messageOf } from '../errors'
import { idText } from '../ids'
import type { Patch } from '../kustomization-types'
import { readValue } from '../kustomization'
import type { Loader } from '../loader'
import type { Resource } from '../resource'
import { ANNOTATION } from '../resource'
import type { ResourceList } from '../resource-list'
import type { Selector } from '../selector'
import type { JsonValue } from '../yaml/value'
import { nodeOf } from '../yaml/value'
import type { Transformer, TransformerContext } from './transformer'

/** `patches`: one patch of either kind. Throws BuildError for what is neither, or both. */
export function patch(args: Patch, { loader, schemaOfKind }: TransformerContext): Transformer {
  const { target, options } = args
  const { text, source } = patchText(args, loader)
  const strategic = attempt(() => resourcesOf(text))
  const json = attempt(() => jsonPatchOf(text))
  if (strategic.value?.length && json.value?.length) throw new BuildError(`illegally qualifies as both an SM and JSON patch: ${source}`)
  if (strategic.value === undefined && json.value === undefined) throw new BuildError(`unable to parse SM or JSON patch from ${source}`)
  if (strategic.value === undefined) return resources => transformJson(resources, target, json.value ?? [], source)
  const patches = strategic.value
  for (const p of patches) {
    if (options?.allowNameChange) p.mark(ANNOTATION.allowNameChange)
    if (options?.allowKindChange) p.mark(ANNOTATION.allowKindChange)
  }
  return resources => {
    if (target !== undefined && patches.length > 0) {
      if (patches.length > 1) throw new BuildError(`Multiple Strategic-Merge Patches in one \`patches\` entry is not allowed to set \`patches.target\` field: ${source}`)
      return resources.applyPatch(select(resources, target).map(r => r.id), patches[0] as Resource, schemaOfKind)
    }
    for (const p of patches) {
      const id = p.originalId
      theTarget(resources, p, message => `no resource matches strategic merge patch ${goQuote(idText(id))}: ${message}`).applyPatch(p, schemaOfKind)
    }
  }
}

function select(resources: ResourceList, target: Selector): Resource[] {
  try {
    return resources.select(target)
  } catch (error) {
    throw new BuildError(`unable to find patch target ${goQuote(`${idText(target)}:a=${target.annotationSelector ?? ''}:l=${target.labelSelector ?? ''}`)} in \`resources\`: ${messageOf(error)}`)
  }
}

function theTarget(resources: ResourceList, p: Resource, worded: (message: string) => string): Resource {
  try {
    return resources.theOne(p.originalId)
  } catch (error) {
    throw new BuildError(worded(messageOf(error)))
  }
}

function patchText(args: Patch, loader: Loader): { text: string; source: string } {
  const inline = (args.patch ?? '').trim()
  const { path = '' } = args
  // What upstream shows of the arguments.
  const shown = (): string => yamlText(JSON.parse(JSON.stringify(args, (_, value: unknown) => (value === '' || value === false ? undefined : value))))
  if (inline === '' && path === '') throw new BuildError(`must specify one of patch and path in\n${shown()}`)
  if (inline !== '' && path !== '') throw new BuildError(`patch and path can't be set at the same time\n${shown()}`)
  if (inline !== '') return { text: inline, source: `[patch: ${goQuote(inline)}]` }
  try {
    return { text: loader.text(path), source: `[path: ${goQuote(path)}]` }
  } catch (error) {
    throw new BuildError(`failed to get the patch file from path(${path}): ${messageOf(error)}`)
  }
}

function attempt<T>(work: () => T): { readonly value?: T } {
  try {
    return { value: work() }
  } catch (error) {
    messageOf(error)
    return {}
  }
}

/** `patchesStrategicMerge`: texts, or paths of files. Throws BuildError. */
export function strategicMergePatches(paths: readonly string[], more: string, { loader, schemaOfKind }: TransformerContext): Transformer {
  if (paths.length === 0 && more === '') throw new BuildError('empty file path and empty patch content')
  const patches = [...paths.flatMap(path => attempt(() => resourcesOf(path)).value ?? resourcesOfFile(loader, path)), ...(more === '' ? [] : resourcesOf(more))]
  if (patches.length === 0) throw new BuildError(`patch appears to be empty; files=[${paths.join(' ')}], Patch=${more}`)
  return resources => {
    for (const p of patches) resources.applyPatch([theTarget(resources, p, message => message).id], p, schemaOfKind)
  }
}

// ── JSON patches ────────────────────────────────────────────────────────────

/** `patchesJson6902`. Throws BuildError. */
export function jsonPatch({ target, path = '', jsonOp = '' }: { target?: Selector; path?: string; jsonOp?: string }, { loader }: TransformerContext): Transformer {
  if ((target?.name ?? '') === '') throw new BuildError('must specify the target name')
  if (path === '' && jsonOp === '') throw new BuildError('empty file path and empty jsonOp')
  if (path !== '' && jsonOp !== '') throw new BuildError('must specify a file path or jsonOp, not both')
  const text = path === '' ? jsonOp : loader.text(path)
  if (text === '') throw new BuildError(`patch file '${path}' empty seems to be empty`)
  const patch = jsonPatchOf(text)
  if (patch.length === 0) throw new BuildError(`patch appears to be empty; file=${path}, JsonOp=${text}`)
  return resources => {
    for (const resource of resources.select(target as Selector)) applyJson(resource, patch)
  }
}

function transformJson(resources: ResourceList, target: Selector | undefined, patch: readonly JsonPatchOperation[], source: string): void {
  if (patch.length === 0) return
  if (target === undefined) throw new BuildError(`must specify a target for JSON patch ${source}`)
  for (const resource of resources.select(target)) {
    resource.storePreviousId()
    applyJson(resource, patch)
  }
}

/** Throws BuildError for what is no list of operations. */
function jsonPatchOf(text: string): JsonPatchOperation[] {
  if (text === '') throw new BuildError('empty json patch operations')
  const value: unknown = text.startsWith('[') ? parseJson(text) : readValue(text)
  if (value === null) return []
  if (!Array.isArray(value) || !value.every(op => typeof op === 'object' && op !== null && !Array.isArray(op))) throw new BuildError('json: cannot unmarshal into Go value of type jsonpatch.Patch')
  return value as JsonPatchOperation[]
}
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new BuildError((error as Error).message)
  }
}

function applyJson(resource: Resource, patch: readonly JsonPatchOperation[]): void {
  const kept = resource.internalAnnotations()
  try {
    resource.node = nodeOf(applyJsonPatch(resource.value(), patch) as JsonValue)
  } catch (error) {
    if (error instanceof JsonPatchError) throw new BuildError(error.message)
    throw error
  }
  resource.setAnnotations(new Map([...resource.annotations, ...kept]))
}
