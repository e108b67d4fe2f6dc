/** `kubectl apply view-last-applied`, `set-last-applied`, `edit-last-applied`. upstream: kubectl/pkg/cmd/apply/apply_*_last_applied.go */
import { UsageError } from '../../base/errors'
import { goJson, goJsonIndent } from '../../base/go-text'
import type { Client } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import type { EditOptions, Fetched } from '../edit/edit'
import { editObjects, fetched, notePatchOf } from '../edit/edit'
import { withSource } from '../errors'
import type { Factory } from '../factory'
import { filesOf } from '../files'
import type { DryRun, Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import { lastApplied } from '../last-applied'
import { yamlText } from '../../base/yaml/writer'
import type { PrintObject } from '../print-flags'
import { toPrinter } from '../print-flags'
import { createRecorder } from '../record'
import type { ResourceBuilder } from '../resource-builder/builder'
import { readSource } from '../resource-builder/files'
import { refOf } from '../resource-builder/info'
import type { ResourceQuery } from '../resource-builder/query'

// ── view ────────────────────────────────────────────────────────────────────

export interface ViewOptions {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
  readonly io: IOStreams
  readonly show: (text: string) => string
}

export function toViewOptions(invocation: Invocation<'apply view-last-applied'>, factory: Factory): ViewOptions {
  const { args, flags } = invocation
  const { name: namespace, explicit } = factory.namespace()
  const shows: Readonly<Record<string, (text: string) => string>> = {
    json: text => `${goJsonIndent(JSON.parse(text), '  ')}${/\s*$/.exec(text)?.[0] ?? ''}`,
    yaml: text => yamlText(JSON.parse(text)),
  }
  return {
    query: { args, ...filesOf(flags), namespace, enforceNamespace: explicit, typeMeansAll: explicit, selectAll: flags.all, latest: true, validate: false, ...(flags.selector === '' ? {} : { labelSelector: flags.selector }) },
    builder: factory.builder(),
    io: factory.io,
    show: text => {
      const show = Object.hasOwn(shows, flags.output) ? shows[flags.output] : undefined
      if (show === undefined) throw invocation.usageError(`Unexpected -o output mode: ${flags.output}, the flag 'output' must be one of yaml|json`)
      return show(text)
    },
  }
}

export async function view({ query, builder, io, show }: ViewOptions): Promise<void> {
  const texts: string[] = []
  const { infos, errors } = await builder.infos(query)
  // What goes wrong first ends it.
  if (errors.length > 0) throw errors[0]
  for (const info of infos) {
    const text = lastApplied(info.object)
    // Upstream tells of a missing note only where a file named the object, and adds an error that there is not.
    if (text === undefined && info.source !== '') throw withSource(`no last-applied-configuration annotation found on resource: ${info.name}\n`, info.source, new UsageError('<nil>'))
    texts.push(text ?? '')
  }
  for (const text of texts) if (text !== '') io.stdout(show(text))
}

// ── set ─────────────────────────────────────────────────────────────────────

export interface SetOptions {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
  readonly client: () => Promise<Client>
  readonly io: IOStreams
  readonly createAnnotation: boolean
  readonly dryRun: DryRun
  readonly print: PrintObject
}

export function toSetOptions(invocation: Invocation<'apply set-last-applied'>, factory: Factory): SetOptions {
  const { flags } = invocation
  const dryRun = invocation.dryRun()
  const { name: namespace, explicit } = factory.namespace()
  return {
    query: { ...filesOf({ filename: flags.filename }), namespace, enforceNamespace: explicit, validate: false },
    builder: factory.builder(),
    client: factory.client,
    io: factory.io,
    createAnnotation: flags['create-annotation'],
    dryRun,
    print: toPrinter(flags, factory.io, { operation: 'configured', dryRun }),
  }
}

export async function set({ query, builder, client, io, createAnnotation, dryRun, print }: SetOptions): Promise<void> {
  const changes: { info: Fetched; live: KubeObject; patch: object }[] = []
  for (const info of await fetched(await builder.infos(query))) {
    const live = await (await client()).get(info.resource, info.name, info.namespace === '' ? undefined : info.namespace)
    const known = lastApplied(live)
    if (known === undefined && !createAnnotation) throw new UsageError(`no last-applied-configuration annotation found on resource: ${info.name}, to create the annotation, run the command with --create-annotation`)
    if (known !== undefined && goJson(JSON.parse(known)) === goJson(info.object)) io.stdout(`set-last-applied ${info.name}: no changes required.\n`)
    else changes.push({ info, live, patch: notePatchOf(info.object) })
  }
  for (const { info, live, patch } of changes) print(dryRun === 'client' ? live : await (await client()).patch(info.resource, refOf(info), 'merge', patch, { dryRun: dryRun === 'server' }))
}

// ── edit ────────────────────────────────────────────────────────────────────

export interface EditLastAppliedOptions extends EditOptions {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
}

export function toEditOptions(invocation: Invocation<'apply edit-last-applied'>, factory: Factory): EditLastAppliedOptions {
  const { args, flags } = invocation
  const { name: namespace, explicit } = factory.namespace()
  return {
    mode: 'last-applied', factory, namespace,
    query: { args, ...filesOf(flags), namespace, enforceNamespace: explicit, typeMeansAll: true, latest: true, validate: false },
    builder: factory.builder(),
    output: flags.output,
    windowsLineEndings: flags['windows-line-endings'],
    outputPatch: false,
    saveConfig: false,
    subresource: '',
    fieldManager: flags['field-manager'],
    fieldValidation: invocation.fieldValidation(),
    record: createRecorder(invocation as Invocation),
    print: (object, operation) => toPrinter(flags, factory.io, { operation })(object),
  }
}

export async function edit(options: EditLastAppliedOptions): Promise<void> {
  const mapper = await options.factory.mapper()
  const noted: Fetched[] = []
  for (const { object } of await fetched(await options.builder.infos(options.query))) {
    const text = lastApplied(object)
    if (text === undefined) continue
    for await (const found of readSource({ name: 'edited-file', read: async () => text }, { namespace: '', validate: false }, mapper)) {
      if ('error' in found) throw found.error
      noted.push(found.info as Fetched)
    }
  }
  if (noted.length === 0) throw new UsageError('no last-applied-configuration annotation found on resources, to create the annotation, use command `kubectl apply set-last-applied --create-annotation`')
  await editObjects(noted, options)
}

