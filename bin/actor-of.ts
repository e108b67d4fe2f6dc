/** As whom a command asks a cluster in a file. */
import type { Actor } from '../src/apiserver/actor'
import type { Identity } from '../src/cli/access'
import type { Cluster } from '../src/cluster/open'

/** The user of a kubeconfig entry: by its credentials, else the one that kubottle's own kubeconfig or the cluster names; another name alone is nobody. */
export function actorOf(cluster: Cluster, { user, groups, token, clientCertificate, impersonate: wanted }: Identity): Actor {
  const stated = user === undefined || groups.length > 0 || user === cluster.config.user
  if ((token ?? '') === '' && clientCertificate === undefined && stated)
    return cluster.ownUser(user, groups, 'kubectl', wanted)
  return cluster.actorFor({ token, clientCertificate, wanted }, 'kubectl')
}
