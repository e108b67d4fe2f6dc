/** `--prune`: deletes what was applied once and is in the files no more. upstream: kubectl/pkg/cmd/apply/prune.go */
import type { KubeObject } from '../../kinds/kind'
import { klogWarnings } from '../klog'
import { lastApplied } from '../last-applied'
import type { DiscoveredResource } from '../rest-mapper'
import { deletePruned } from './delete-pruned'
import type { Options } from './options'
import { DEFAULT_PRUNE_KINDS } from './prune-kinds'

interface PruneNeeds extends Pick<Options, 'client' | 'mapper'> {
  /** Told once where nobody said which kinds. */
  readonly warn: (line: string) => void
}

const ALL_KINDS = 'prune.go:71] Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.'

interface Applied {
  readonly uids: ReadonlySet<string>
  readonly namespaces: ReadonlySet<string>
}

/** What was applied once and not this time: of the namespaces that were applied to, then what has none. */
export async function* prunable({ kinds: wanted, selector }: NonNullable<Options['prune']>, { client, mapper, warn }: PruneNeeds, applied: Applied): AsyncGenerator<{ resource: DiscoveredResource; object: KubeObject }> {
  if (wanted.length === 0) warn(ALL_KINDS)
  const resources = (wanted.length > 0 ? wanted : DEFAULT_PRUNE_KINDS).map(k => mapper.resourceForKind(k.group, k.version, k.kind))
  const places = [
    ...[...applied.namespaces].flatMap(namespace => resources.filter(r => r.scope === 'Namespaced').map(resource => ({ namespace, resource }))),
    ...resources.filter(r => r.scope === 'Cluster').map(resource => ({ namespace: undefined, resource })),
  ]
  for (const { namespace, resource } of places) {
    const { items } = await client.list(resource, { namespace, ...(selector === '' ? {} : { labelSelector: selector }) })
    for (const object of items) if (lastApplied(object) !== undefined && !applied.uids.has(object.metadata.uid ?? '')) yield { resource, object }
  }
}

export async function prune(what: NonNullable<Options['prune']>, options: Options, applied: Applied): Promise<void> {
  for await (const { resource, object } of prunable(what, { ...options, warn: klogWarnings(options.session, options.io) }, applied)) await deletePruned(resource, object, options)
}
