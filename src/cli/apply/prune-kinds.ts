/** Which kinds `--prune` looks at. upstream: kubectl/pkg/util/prune/prune.go */
import { UsageError } from '../../base/errors'
import type { RestMapper } from '../rest-mapper'

export interface PruneKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}

const kinds = (group: string, ...names: string[]): PruneKind[] => names.map(kind => ({ group, version: 'v1', kind }))
/** What is pruned unless told otherwise. upstream: prune.defaultNamespacedPruneResources, defaultNonNamespacedPruneResources */
export const DEFAULT_PRUNE_KINDS: readonly PruneKind[] = [
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
