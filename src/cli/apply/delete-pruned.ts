/** What both ways to prune end in. upstream: kubectl/pkg/cmd/apply/prune.go, applyset_pruner.go */
import type { Client } from '../../client/client'
import { apiVersionOf, type KubeObject } from '../../kinds/kind'
import type { DeletionPolicy } from '../delete/cascade'
import type { DryRun } from '../invocation'
import type { DiscoveredResource } from '../rest-mapper'

interface Needs {
  readonly client: Client
  readonly dryRun: DryRun
  readonly cascade: DeletionPolicy
  /** In seconds; negative: each object's own. */
  readonly gracePeriod: number
  print(object: object, operation: string): void
}

/** Deletes an object that is no longer wanted, and tells of it. Throws StatusError. */
export async function deletePruned(resource: DiscoveredResource, object: KubeObject, { client, cascade, gracePeriod, dryRun, print }: Needs): Promise<void> {
  if (dryRun !== 'client') await client.delete(resource, object, { propagationPolicy: cascade, dryRun: dryRun === 'server', ...(gracePeriod >= 0 ? { gracePeriodSeconds: gracePeriod } : {}) })
  print({ apiVersion: apiVersionOf(resource), kind: resource.kind, ...object }, 'pruned')
}
