/** `--prune`: deletes what was applied once and is in the files no more. upstream: kubectl/pkg/cmd/apply/prune.go, pkg/util/prune/prune.go */
import { UsageError } from '../../base/errors'
import type { KubeObject } from '../../kinds/kind'
import { apiVersionOf } from '../../kinds/kind'
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

type PruneNeeds = Pick<Options, 'client' | 'mapper'>
interface Applied {
  readonly uids: ReadonlySet<string>
  readonly namespaces: ReadonlySet<string>
}

/** What was applied once and not this time: of the namespaces that were applied to, then what has none. */
export async function* prunable({ kinds: wanted, selector }: NonNullable<Options['prune']>, { client, mapper }: PruneNeeds, applied: Applied): AsyncGenerator<{ resource: DiscoveredResource; object: KubeObject }> {
  const resources = (wanted.length > 0 ? wanted : DEFAULTS).map(k => mapper.resourceForKind(k.group, k.version, k.kind))
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
  const { client, cascade, gracePeriod, dryRun, print } = options
  for await (const { resource, object } of prunable(what, options, applied)) {
    if (dryRun !== 'client') {
      const grace = gracePeriod >= 0 ? { gracePeriodSeconds: gracePeriod } : {}
      await client.delete(resource, object, { propagationPolicy: cascade, dryRun: dryRun === 'server', ...grace })
    }
    print({ apiVersion: apiVersionOf(resource), kind: resource.kind, ...object }, 'pruned')
  }
}
