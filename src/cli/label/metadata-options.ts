/** What `kubectl label` and `kubectl annotate` have in common. upstream: kubectl/pkg/cmd/{label,annotate} */
import type { Client } from '../../client/client'
import type { Factory } from '../factory'
import { filesOf } from '../files'
import type { DryRun, Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import type { Recorder } from '../record'
import { createRecorder } from '../record'
import type { ResourceBuilder } from '../resource-builder/builder'
import type { ResourceQuery } from '../resource-builder/query'

export interface MetadataOptions {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
  readonly client: () => Promise<Client>
  readonly io: IOStreams
  readonly set: Readonly<Record<string, string>>
  readonly remove: readonly string[]
  readonly overwrite: boolean
  readonly list: boolean
  readonly local: boolean
  readonly resourceVersion: string
  readonly dryRun: DryRun
  readonly fieldManager: string
  readonly record: Recorder
}

/** All but the pairs themselves. */
export function metadataOptions(invocation: Invocation<'label'> | Invocation<'annotate'>, factory: Factory, resources: readonly string[], dryRun: DryRun): Omit<MetadataOptions, 'set' | 'remove'> {
  const { flags } = invocation
  const { name: namespace, explicit } = factory.namespace()
  return {
    query: {
      args: resources, ...filesOf(flags), namespace, enforceNamespace: explicit, local: flags.local,
      allNamespaces: flags['all-namespaces'], typeMeansAll: flags.all,
      ...(flags.selector === '' ? {} : { labelSelector: flags.selector }),
      ...(flags['field-selector'] === '' ? {} : { fieldSelector: flags['field-selector'] }),
      validate: false, latest: true,
    },
    builder: factory.builder(),
    client: factory.client,
    io: factory.io,
    overwrite: flags.overwrite,
    list: flags.list,
    local: flags.local,
    resourceVersion: flags['resource-version'],
    dryRun,
    fieldManager: flags['field-manager'],
    record: createRecorder(invocation as Invocation),
  }
}
