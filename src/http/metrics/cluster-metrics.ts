/** What a cluster says of itself: watches, objects, queues of controllers. upstream: apiserver/pkg/storage/metrics, component-base/metrics/prometheus/workqueue */
import { resourcePrefix } from '../../apiserver/keys'
import type { ApiServer } from '../../apiserver/server'
import { VERSION } from '../../apiserver/version'
import { Measured, type Family, type Values } from './family'

/** One controller's queue. */
export interface QueueNumbers {
  readonly name: string
  readonly depth: number
  readonly adds: number
  readonly retries: number
}

export function clusterMetrics(server: ApiServer, queues: () => readonly QueueNumbers[]): readonly Family[] {
  const { store, registry, hub } = server
  const ofQueues = (name: string, help: string, type: 'gauge' | 'counter', n: (q: QueueNumbers) => number): Family =>
    new Measured({ name, help, labels: ['name'], type }, () => queues().map(q => [[q.name], n(q)]))
  const objects = function* (): Iterable<readonly [Values, number]> {
    for (const kind of registry.all()) if (kind.computed !== true && kind.transient !== true && kind.view === undefined) yield [[kind.group, kind.plural], store.count(resourcePrefix(kind))]
  }
  const watchers = function* (): Iterable<readonly [Values, number]> {
    for (const kind of registry.all()) {
      const n = hub?.counts().get(resourcePrefix(kind))
      if (n !== undefined) yield [[kind.group, kind.version, kind.kind], n]
    }
  }
  const { major, minor, gitVersion, gitCommit, gitTreeState, buildDate, goVersion, compiler, platform } = VERSION
  return [
    new Measured({ name: 'apiserver_registered_watchers', help: '[ALPHA] Number of currently registered watchers for a given resources', labels: ['group', 'version', 'kind'], type: 'gauge' }, watchers),
    new Measured({ name: 'apiserver_resource_objects', help: '[STABLE] Number of stored objects at the time of last check split by kind.', labels: ['group', 'resource'], type: 'gauge' }, objects),
    new Measured({ name: 'apiserver_storage_size_bytes', help: '[STABLE] Size of the storage database file physically allocated in bytes.', labels: ['storage_cluster_id'], type: 'gauge' }, () => [[['etcd-0'], store.sizeBytes()]]),
    new Measured({ name: 'kubernetes_build_info', help: '[ALPHA] A metric with a constant \'1\' value labeled by major, minor, git version, git commit, git tree state, build date, Go version, and compiler from which Kubernetes was built, and platform on which it is running.', labels: ['major', 'minor', 'git_version', 'git_commit', 'git_tree_state', 'build_date', 'go_version', 'compiler', 'platform'], type: 'gauge' }, () => [[[major, minor, gitVersion, gitCommit, gitTreeState, buildDate, goVersion, compiler, platform], 1]]),
    ofQueues('workqueue_adds_total', '[ALPHA] Total number of adds handled by workqueue', 'counter', q => q.adds),
    ofQueues('workqueue_depth', '[ALPHA] Current depth of workqueue', 'gauge', q => q.depth),
    ofQueues('workqueue_retries_total', '[ALPHA] Total number of retries handled by workqueue', 'counter', q => q.retries),
  ]
}

