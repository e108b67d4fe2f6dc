/** What the `kubectl set` commands make of their flags alike. */
import { UsageError } from '../../base/errors'
import type { Factory } from '../factory'
import type { FileFlags } from '../files'
import { filesOf } from '../files'
import type { Invocation } from '../invocation'
import type { PrintFlags } from '../print-flags'
import { toPrinter } from '../print-flags'
import type { ChangeOptions } from './change'

interface SetFlags extends PrintFlags, FileFlags {
  readonly all: boolean
  readonly local: boolean
  readonly selector?: string
  readonly 'field-manager': string
}

/** `operation` is the word of the printed line, `resources` the arguments that name objects. Throws UsageError. */
export function toChangeOptions(invocation: Invocation, factory: Factory, { operation, failure, resources }: { operation: string; failure: string; resources: readonly string[] }): ChangeOptions {
  const flags = invocation.flags as unknown as SetFlags
  const dryRun = invocation.dryRun()
  const print = toPrinter(flags, factory.io, { operation, dryRun, typed: true })
  const { name: namespace, explicit } = factory.namespace()
  if (flags.local && resources.length > 0) {
    throw new UsageError("error: you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'")
  }
  return {
    query: {
      args: resources, ...filesOf(flags), namespace, enforceNamespace: explicit, local: flags.local, typeMeansAll: flags.all, validate: false, latest: true,
      ...((flags.selector ?? '') === '' ? {} : { labelSelector: flags.selector as string }),
    },
    builder: factory.builder(),
    client: factory.client,
    local: flags.local,
    dryRun,
    fieldManager: flags['field-manager'],
    print,
    failure,
  }
}
