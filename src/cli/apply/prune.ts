/** `--prune`: deletes what was applied once and is in the files no more. upstream: kubectl/pkg/cmd/apply/prune.go, pkg/util/prune/prune.go */
import { UsageError } from '../../base/errors'
import { lastApplied } from '../last-applied'
import type { DiscoveredResource, RestMapper } from '../rest-mapper'
import type { Options } from './options'

export interface PruneKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}

const kinds = (group: string, ...names: string[]): PruneKind[] => names.map(kind => ({ group, version: 'v1', kind }))
const DEFAULTS: readonly PruneKind[] = [
  ...kinds('', 'ConfigMap', 'Endpoints', 'PersistentVolumeClaim', 'Pod', 'ReplicationController', 'Secret', 'Service'),
  ...kinds('batch', 'Job', 'CronJob'),
  ...kinds('networking.k8s.io', 'Ingress'),
  ...kinds('apps', 'DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'),
  ...kinds('', 'Namespace', 'PersistentVolume'),
]

/** `core/v1/ConfigMap`. Throws UsageError. upstream: prune.ParseResources */
export function parsePruneKinds(texts: readonly string[], mapper: RestMapper): PruneKind[] {
  return texts.map(text => {
    const [group = '', version = '', kind = '', more] = text.split('/')
    if (kind === '' || more !== undefined) throw new UsageError(`invalid GroupVersionKind format: ${text}, please follow <group/version/kind>`)
    return mapper.resourceForKind(group === 'core' ? '' : group, version, kind)
  })
}

export async function prune({ kinds: wanted, selector }: NonNullable<Options['prune']>, options: Options, applied: { readonly uids: ReadonlySet<string>; readonly namespaces: ReadonlySet<string> }): Promise<void> {
  const resources = (wanted.length > 0 ? wanted : DEFAULTS).map(k => options.mapper.resourceForKind(k.group, k.version, k.kind))
  for (const namespace of applied.namespaces) {
    for (const resource of resources) if (resource.scope === 'Namespaced') await pruneIn(namespace, resource, selector, options, applied.uids)
  }
  for (const resource of resources) if (resource.scope === 'Cluster') await pruneIn(undefined, resource, selector, options, applied.uids)
}

async function pruneIn(namespace: string | undefined, resource: DiscoveredResource, selector: string, options: Options, applied: ReadonlySet<string>): Promise<void> {
  const { client, cascade, gracePeriod, dryRun, print } = options
  const { items } = await client.list(resource, { namespace, ...(selector === '' ? {} : { labelSelector: selector }) })
  for (const object of items) {
    if (lastApplied(object) === undefined || applied.has(object.metadata.uid ?? '')) continue
    if (dryRun !== 'client') {
      const grace = gracePeriod >= 0 ? { gracePeriodSeconds: gracePeriod } : {}
      await client.delete(resource, object, { propagationPolicy: cascade, dryRun: dryRun === 'server', ...grace })
    }
    print(object, 'pruned')
  }
}
