/** What describers read with: the client, the time and the wishes of the command line. */
import type { Client } from '../../client/client'
import type { KubeObject, Resource } from '../../kinds/kind'

export interface DescribeContext {
  readonly client: Client
  /** The cluster's time, for ages. */
  readonly nowMs: number
  readonly showEvents: boolean
  /** Size of a list's pages; 0: whole. */
  readonly chunkSize: number
}

/** All pages of a list. */
export async function listAll<T extends KubeObject>({ client, chunkSize }: DescribeContext, resource: Resource<T>, options: { namespace?: string | undefined; labelSelector?: string; fieldSelector?: string }): Promise<readonly T[]> {
  const items: T[] = []
  for (let token: string | undefined; ;) {
    const page = await client.list(resource, { ...options, limit: chunkSize === 0 ? undefined : chunkSize, continue: token })
    items.push(...page.items)
    token = page.metadata.continue || undefined
    if (token === undefined) return items
  }
}
