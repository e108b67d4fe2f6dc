/** `kubectl edit`: from flags to the editor. upstream: kubectl/pkg/cmd/edit/edit.go */
import { UsageError } from '../../base/errors'
import type { Factory } from '../factory'
import { filesOf } from '../files'
import type { Invocation } from '../invocation'
import { toPrinter } from '../print-flags'
import { createRecorder } from '../record'
import type { ResourceBuilder } from '../resource-builder/builder'
import type { ResourceQuery } from '../resource-builder/query'
import type { EditOptions } from './edit'
import { editObjects, fetched } from './edit'

export interface Options extends EditOptions {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
}

/** Throws UsageError. */
export function toOptions(invocation: Invocation<'edit'>, factory: Factory): Options {
  const { args, flags } = invocation
  const { name: namespace, explicit } = factory.namespace()
  return {
    mode: 'edit', factory, namespace,
    query: { args, ...filesOf(flags), namespace, enforceNamespace: explicit, typeMeansAll: true, latest: true, validate: false, ...(flags.subresource === '' ? {} : { subresource: flags.subresource }) },
    builder: factory.builder(),
    output: flags.output,
    windowsLineEndings: flags['windows-line-endings'],
    outputPatch: flags['output-patch'],
    saveConfig: flags['save-config'],
    subresource: flags.subresource,
    fieldManager: flags['field-manager'],
    // Read once the objects are found.
    get fieldValidation() {
      return invocation.fieldValidation()
    },
    record: createRecorder(invocation as Invocation),
    print: (object, operation) => toPrinter(flags, factory.io, { operation })(object),
  }
}

export async function run(options: Options): Promise<void> {
  const infos = await fetched(await options.builder.infos(options.query))
  if (infos.length === 0) throw new UsageError('edit cancelled, no objects found')
  const { fieldValidation } = options
  await editObjects(infos, { ...options, fieldValidation })
}
