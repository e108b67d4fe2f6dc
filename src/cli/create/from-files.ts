/** `kubectl create -f`. upstream: kubectl/pkg/cmd/create/create.go */
import { UsageError } from '../../base/errors'
import type { Client } from '../../client/client'
import type { Factory } from '../factory'
import type { Fetched } from '../edit/edit'
import { editObjects } from '../edit/edit'
import { withSource } from '../errors'
import { filesOf } from '../files'
import type { DryRun, FieldValidation, Invocation } from '../invocation'
import { saveConfig } from '../last-applied'
import type { PrintObject } from '../print-flags'
import { toPrinter } from '../print-flags'
import type { Recorder } from '../record'
import { createRecorder } from '../record'
import type { ResourceBuilder } from '../resource-builder/builder'
import type { ResourceQuery } from '../resource-builder/query'

export interface Options {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
  readonly saveConfig: boolean
  readonly record: Recorder
  readonly dryRun: DryRun
  readonly fieldManager: string
  readonly fieldValidation: FieldValidation
  readonly client: () => Promise<Client>
  readonly print: PrintObject
}

/** Throws UsageError. */
export function toOptions(invocation: Invocation<'create'>, factory: Factory): Options {
  const { flags } = invocation
  const dryRun = invocation.dryRun()
  const print = toPrinter(flags, factory.io, { operation: 'created', dryRun })
  const fieldValidation = invocation.fieldValidation()
  if (flags.raw !== '') checkRaw(flags)
  const { name: namespace, explicit: enforceNamespace } = factory.namespace()
  return {
    query: { ...filesOf(flags), namespace, enforceNamespace, validate: fieldValidation !== 'Ignore', ...(flags.selector === '' ? {} : { labelSelector: flags.selector }) },
    builder: factory.builder(),
    saveConfig: flags['save-config'],
    record: createRecorder(invocation),
    dryRun, fieldValidation, print,
    fieldManager: flags['field-manager'],
    client: factory.client,
  }
}

function checkRaw(flags: Invocation<'create'>['flags']): void {
  if (flags.edit) throw new UsageError('--raw and --edit are mutually exclusive')
  if (flags.filename.length !== 1) throw new UsageError('--raw can only use a single local file or stdin')
  if (/^https?:\/\//.test(flags.filename[0] as string)) throw new UsageError('--raw cannot read from a url')
  if (flags.recursive) throw new UsageError('--raw and --recursive are mutually exclusive')
  if (flags.selector !== '') throw new UsageError('--raw and --selector (-l) are mutually exclusive')
  if (flags.output !== '') throw new UsageError('--raw and --output are mutually exclusive')
}

export async function run({ query, builder, saveConfig: save, record, dryRun, fieldManager, fieldValidation, client, print }: Options): Promise<void> {
  let count = 0
  await builder.forEach(query, async ({ resource, source, object }) => {
    if (object === undefined) return
    const { resourceVersion: _, ...metadata } = object.metadata
    const wanted = record(saveConfig(save, { ...object, metadata }))
    if (dryRun === 'client') {
      count++
      return print(wanted)
    }
    try {
      const created = await (await client()).create(resource, wanted, { dryRun: dryRun === 'server', fieldManager, fieldValidation })
      count++
      print(created)
    } catch (error) {
      throw withSource('creating', source, error)
    }
  })
  if (count === 0) throw new UsageError('no objects passed to create')
}

/** `--edit`: each object in an editor before it is created. */
export async function editNew({ query, builder, record, saveConfig: save, fieldValidation }: Options, { flags }: Invocation<'create'>, factory: Factory): Promise<void> {
  await builder.forEach(query, info => editObjects([info as Fetched], {
    mode: 'create', factory,
    namespace: query.namespace,
    output: flags.output,
    // Upstream has the flag and never reads it.
    windowsLineEndings: flags['windows-line-endings'],
    outputPatch: false,
    saveConfig: save,
    subresource: '',
    fieldManager: 'kubectl-create',
    fieldValidation, record,
    print: (object, operation) => toPrinter(flags, factory.io, { operation })(object),
  }))
}
