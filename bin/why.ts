/** `kubottle why`: the cluster as explanations see it. */
import { StatusError } from '../src/base/status'
import { UsageError } from '../src/base/errors'
import { component } from '../src/apiserver/actor'
import { EmbeddedClient } from '../src/apiserver/embedded-client'
import type { WhyReport, WhyTarget } from '../src/client/why-report'
import type { Cluster } from '../src/cluster/open'
import { pod as podKind } from '../src/kinds/core/pod/kind'
import { readSchedulerConfiguration } from '../src/scheduler/configuration'
import { explain } from '../src/why/explain'
import type { WhyParts } from '../src/why/parts'

/** Throws 404, and UsageError for a kind of which nothing can be told. */
export async function why(cluster: Cluster, target: WhyTarget): Promise<WhyReport> {
  const { server, config, clock, inside } = cluster
  const kind = server.registry.find(target.group, target.plural)
  if (kind === undefined) throw new UsageError(`the server doesn't have a resource type "${target.plural}"`)
  const client = new EmbeddedClient(server, { actor: component('system:kube-controller-manager', 'kube-controller-manager') })
  const parts: WhyParts = {
    lister: server.lister,
    draw: server.draw,
    nowMs: () => clock.peek(),
    profiles: readSchedulerConfiguration(config.scheduler),
    containers: inside === undefined ? undefined : { images: inside.images, runtime: inside.runtime, logs: (id, tailLines) => inside.storage.logs.read(id, { tailLines }) },
    enforcesPolicies: config.addOns.includes('network-policy'),
    leadsServices: config.addOns.includes('kube-proxy'),
    async wouldRefuse(pod) {
      try {
        await client.create(podKind, pod, { dryRun: true })
        return undefined
      } catch (e) {
        if (e instanceof StatusError) return e.message
        throw e
      }
    },
  }
  // Whoever knocks at a container's port wakes it.
  return cluster.look(() => explain(target, kind, parts))
}
