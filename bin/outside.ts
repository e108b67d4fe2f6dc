/** `kubottle outside`: the machine beside the cluster, where there is one. */
import { UsageError } from '../src/base/errors'
import type { Connection, ConnectOptions } from '../src/client/client'
import type { Cluster } from '../src/cluster/open'

/** Throws UsageError where nothing runs programs. */
export function outside(cluster: Cluster, options: ConnectOptions): Promise<Connection> {
  if (cluster.outside === undefined) return Promise.reject(new UsageError('no program runs in this cluster: its lifecycle is "fast"'))
  return cluster.outside(options)
}
