/** `kubectl edit`, `create --edit`, `apply edit-last-applied`: the objects in an editor until what comes back is accepted. upstream: kubectl/pkg/cmd/util/editor/editoptions.go */
import { deepEqual } from '../../base/equal'
import { ExitError, UsageError } from '../../base/errors'
import { goJson } from '../../base/go-text'
import { createMergePatch, keyUnchanged, metadataKeyUnchanged } from '../../base/json-merge-patch'
import { qualifiedResource, StatusError } from '../../base/status'
import { readYaml } from '../../base/yaml/reader'
import type { Client, PatchType } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import { apiVersionOf } from '../../kinds/kind'
import * as strategic from '../../kinds/schema/strategic-diff'
import { PatchError } from '../../kinds/schema/patch-meta'
import { typeOfKind } from '../../kinds/schema/table'
import { messageOf, SeveralErrors } from '../errors'
import type { Factory } from '../factory'
import type { FieldValidation } from '../invocation'
import { annotated, LAST_APPLIED, withAnnotations } from '../last-applied'
import { noPrinterError } from '../print-flags'
import { jsonText } from '../print/json'
import { kyamlText } from '../print/kyaml'
import { yamlText } from '../../base/yaml/writer'
import type { Recorder } from '../record'
import { documentProblem, readSource } from '../resource-builder/files'
import type { Info } from '../resource-builder/info'
import { refOf } from '../resource-builder/info'
import { editText, removeFile } from './editor'
import { goSyntax } from './go-syntax'
import type { EditMode, Reason } from './text'
import { hasLines, headerText, meaningOf, reasonOf, withoutComments } from './text'

export type Fetched = Info & { readonly object: KubeObject }

export interface EditOptions {
  readonly mode: EditMode
  readonly factory: Factory
  readonly namespace: string
  /** `-o`: what the editor is given as. */
  readonly output: string
  readonly windowsLineEndings: boolean
  readonly outputPatch: boolean
  readonly saveConfig: boolean
  readonly subresource: string
  readonly fieldManager: string
  readonly fieldValidation: FieldValidation
  readonly record: Recorder
  print(object: object, operation: string): void
}

/** How sending the edited objects went. */
interface Outcome {
  readonly reasons: Reason[]
  retryable: number
  notFound: number
}

/** Opens the editor on these objects, again and again while the server says no. Throws UsageError when the person gives up. */
export async function editObjects(infos: readonly Fetched[], options: EditOptions): Promise<void> {
  const { factory } = options
  const { io } = factory
  const asJson = options.output === 'json'
  const original = objectsText(infos, options)
  let [reasons, text, previous]: [readonly Reason[], string, string | undefined] = [[], original, undefined]
  let stored = ''
  for (;;) {
    const header = asJson ? '' : headerText(options.mode, reasons)
    const content = lineEnds(header + text, options)
    let edited: Awaited<ReturnType<typeof editText>>
    try {
      edited = await editText(content, asJson ? '.json' : '.yaml', factory)
    } catch (error) {
      if (stored !== '') tellCopy(stored, factory)
      throw error
    }
    const { path } = edited
    const current = edited.text
    if (previous !== undefined && meaningOf(previous) === meaningOf(current)) {
      tellCopy(path, factory)
      throw new UsageError('Edit cancelled, no valid changes were saved.')
    }
    if (stored !== '') removeFile(stored)
    stored = path
    const problem = options.fieldValidation === 'Ignore' ? undefined : problemOf(current)
    if (problem !== undefined) {
      const name = nameOf(infos[0] as Fetched)
      io.stderr(`error: ${name} is invalid\n`)
      ;[reasons, text, previous] = [[{ head: `${name} was not valid`, other: [`<nil>: Invalid value: "The edited file failed validation": ${problem}`] }], withoutComments(current), current]
      continue
    }
    if (meaningOf(original) === meaningOf(current)) {
      removeFile(path)
      return io.stderr('Edit cancelled, no changes made.\n')
    }
    if (!hasLines(current)) {
      removeFile(path)
      return io.stderr('Edit cancelled, saved file was empty.\n')
    }
    const parsed = await parse(current, factory)
    if ('error' in parsed) {
      ;[reasons, text, previous] = [[{ head: `The edited file had a syntax error: ${parsed.error}`, other: [] }], withoutComments(current), current]
      continue
    }
    const outcome: Outcome = { reasons: [], retryable: 0, notFound: 0 }
    try {
      await send(infos, parsed.infos, options, outcome)
    } catch (error) {
      tellCopy(path, factory)
      throw error
    }
    if (outcome.retryable > 0) throw new ExitError(`You can run \`kubectl replace -f ${path}\` to try this update again.\n`, 1)
    if (outcome.notFound > 0) throw new ExitError(`The edits you made on deleted resources have been saved to ${JSON.stringify(path)}\n`, 1)
    if (outcome.reasons.length === 0) return removeFile(path)
    ;[reasons, text, previous] = [outcome.reasons, withoutComments(current), current]
  }
}

const tellCopy = (path: string, { io }: Factory): void => io.stderr(`A copy of your changes has been stored to ${JSON.stringify(path)}\n`)
const nameOf = ({ resource, name }: Info): string => `${qualifiedResource(resource)} ${JSON.stringify(name)}`
const lineEnds = (text: string, { windowsLineEndings }: EditOptions): string => (windowsLineEndings ? text.replace(/\r?\n/g, '\r\n') : text)

/** Throws UsageError for a form that nobody edits. upstream: editPrinterOptions */
function objectsText(infos: readonly Fetched[], { output }: EditOptions): string {
  const objects = infos.map(i => withoutManaged(i.object))
  const whole = objects.length === 1 ? (objects[0] as object) : { apiVersion: 'v1', items: objects, kind: 'List', metadata: {} }
  switch (output) {
    case 'json': return jsonText(whole)
    case 'kyaml': return kyamlText(whole)
    case '': case 'yaml': return yamlText(whole)
    default: throw noPrinterError(output, ['json', 'kyaml', 'yaml'])
  }
}

function withoutManaged(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

/** What the editor does not show comes back before the configuration is noted. upstream: restoreManagedFields */
function withManaged(object: KubeObject, original: KubeObject | undefined): KubeObject {
  const managedFields = original?.metadata.managedFields
  return managedFields === undefined ? object : { ...object, metadata: { ...object.metadata, managedFields } }
}

function problemOf(text: string): string | undefined {
  try {
    return documentProblem(readYaml(text))
  } catch {
    try {
      // What cannot be read is looked at once more without comments; lines are counted there.
      return documentProblem(readYaml(withoutComments(text)))
    } catch (error) {
      return (error as Error).message
    }
  }
}

async function parse(text: string, factory: Factory): Promise<{ infos: Fetched[] } | { error: string }> {
  const infos: Fetched[] = []
  const errors: unknown[] = []
  try {
    for await (const found of readSource({ name: 'edited-file', read: async () => text }, { namespace: '', validate: false }, await factory.mapper())) {
      if ('error' in found) errors.push(found.error)
      else infos.push(found.info as Fetched)
    }
  } catch (error) {
    errors.push(error)
  }
  return errors.length === 0 ? { infos } : { error: errors.map(e => messageOf(e)).join('\n') }
}

async function send(originals: readonly Fetched[], edited: readonly Fetched[], options: EditOptions, outcome: Outcome): Promise<void> {
  const client = await options.factory.client()
  for (const info of edited) requireNamespace(info, options.namespace)
  for (const info of edited) {
    const original = originals.find(o => (o.object.metadata.uid ?? '') === (info.object.metadata.uid ?? ''))
    const object = options.record(options.saveConfig ? annotated(withManaged(info.object, original?.object)) : info.object)
    const placed = { ...info, object }
    if (options.mode === 'create') {
      const { resourceVersion: _, ...metadata } = object.metadata
      options.print(await client.create(info.resource, { ...object, metadata }, { fieldManager: options.fieldManager, fieldValidation: options.fieldValidation }), 'created')
      continue
    }
    if (original === undefined) throw new UsageError(`no original object found for &unstructured.Unstructured{Object:${goSyntax(object)}}`)
    if (deepEqual(withoutManaged(original.object), withoutManaged(object))) options.print(object, 'skipped')
    else if (options.mode === 'last-applied') options.print(await notePatch(placed, client, options), 'edited')
    else await patch(original, placed, client, options, outcome)
  }
}

/** upstream: resource.RequireNamespace */
function requireNamespace({ resource, object }: Fetched, namespace: string): void {
  if (resource.scope === 'Cluster') return
  const stated = object.metadata.namespace ?? ''
  if (stated === '') object.metadata.namespace = namespace
  else if (stated !== namespace) throw new UsageError(`the namespace from the provided object ${JSON.stringify(stated)} does not match the namespace ${JSON.stringify(namespace)}. You must pass '--namespace=${stated}' to perform this operation.`)
}

/** The edited configuration becomes the note of the live object, which stays as it is. upstream: annotationPatch, GetApplyPatch */
async function notePatch(info: Fetched, client: Client, { fieldManager, fieldValidation, namespace }: EditOptions): Promise<KubeObject> {
  const patch = notePatchOf(info.object)
  await client.patch(info.resource, refOf({ name: info.name, namespace: info.resource.scope === 'Cluster' ? '' : namespace }), 'merge', patch, { fieldManager, fieldValidation })
  return info.object
}

/** What writes the object into its own annotation. */
export function notePatchOf(object: KubeObject): Record<string, unknown> {
  const plain = object.metadata.annotations === undefined ? object : withAnnotations(object, {})
  return createMergePatch(plain as never, withAnnotations(plain, { [LAST_APPLIED]: `${goJson(plain)}\n` }) as never)
}


const CHANGED = 'At least one of apiVersion, kind and name was changed'

async function patch(original: Fetched, info: Fetched, client: Client, options: EditOptions, outcome: Outcome): Promise<void> {
  const { io } = options.factory
  const { type, value } = patchBetween(original, info)
  if (options.outputPatch) io.stdout(`Patch: ${goJson(value)}\n`)
  const write = { fieldManager: options.fieldManager, fieldValidation: options.fieldValidation, ...(options.subresource === '' ? {} : { subresource: options.subresource }) }
  try {
    options.print(await client.patch(info.resource, refOf({ name: info.name, namespace: info.object.metadata.namespace ?? '' }), type, value, write), 'edited')
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    const name = nameOf(info)
    if (error.reason === 'Invalid') {
      outcome.reasons.push(reasonOf(name, error))
      io.stderr(`error: ${name} is invalid\n`)
    } else if (error.reason === 'NotFound') {
      outcome.notFound++
      io.stderr(`error: ${name} could not be found on the server\n`)
    } else {
      outcome.retryable++
      io.stderr(`error: ${name} could not be patched: ${error.message}\n`)
    }
  }
}

function patchBetween(original: Fetched, info: Fetched): { type: PatchType; value: Record<string, unknown> } {
  const [before, after] = [withoutManaged(original.object), withoutManaged(info.object)]
  const type = typeOfKind(apiVersionOf(info.resource), info.resource.kind)
  if (type === undefined) {
    const value = createMergePatch(before as never, after as never)
    if (![keyUnchanged('apiVersion'), keyUnchanged('kind'), metadataKeyUnchanged('name')].every(holds => holds(value))) throw new UsageError(CHANGED)
    return { type: 'merge', value }
  }
  try {
    return { type: 'strategic', value: strategic.createTwoWayMergePatch(type, before as never, after as never, [strategic.keyUnchanged('apiVersion'), strategic.keyUnchanged('kind'), strategic.metadataKeyUnchanged('name')]) }
  } catch (error) {
    if (!(error instanceof PatchError)) throw error
    throw new UsageError(error.errorClass === 'precondition' ? CHANGED : error.message)
  }
}

/** All objects of the query, fetched; throws what could not be found. */
export async function fetched(options: { readonly infos: readonly Fetched[]; readonly errors: readonly unknown[] }): Promise<readonly Fetched[]> {
  if (options.errors.length === 1) throw options.errors[0]
  if (options.errors.length > 1) throw new SeveralErrors(options.errors)
  return options.infos
}
