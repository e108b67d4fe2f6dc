/** The nodes that `cordon`, `uncordon` and `drain` name, and what the first two do. upstream: kubectl/pkg/cmd/drain, pkg/drain/cordon.go */
import { UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import { StatusError } from '../../base/status'
import type { Client } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import type { Node } from '../../kinds/schema/types/core.v1'
import type { Factory } from '../factory'
import type { DryRun, Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import { withDryRun } from '../print-flags'
import { nameText } from '../print/name'
import { refOf } from '../resource-builder/info'
import type { Fetched } from '../set/change'

const DEFAULT_CHUNK_SIZE = 500

export interface NodeOptions {
  readonly nodes: readonly Fetched[]
  readonly client: Client
  readonly io: IOStreams
  readonly dryRun: DryRun
}

/** Throws UsageError, and what cannot be found. */
export async function toNodeOptions(invocation: Invocation, factory: Factory): Promise<NodeOptions> {
  const { selector, 'chunk-size': chunkSize } = invocation.flags as unknown as { readonly selector: string; readonly 'chunk-size'?: number }
  const dryRun = invocation.dryRun()
  const namespace = factory.namespace().name
  const query = selector === '' ? { args: invocation.args, defaultType: 'nodes', namespace, singleType: true } : { args: ['nodes'], labelSelector: selector, namespace, singleType: true, chunkSize: chunkSize ?? DEFAULT_CHUNK_SIZE }
  const { infos, errors } = await factory.builder().infos(query)
  // Upstream does not go on after the first that is missing.
  if (errors.length > 0) throw errors[0]
  const [other] = infos.filter(({ resource }) => resource.group !== '' || resource.plural !== 'nodes')
  if (other !== undefined) throw new UsageError(`error: expected resource of type node, got ${goQuote(`${other.resource.group}/${other.resource.version}, Resource=${other.resource.plural}`)}`)
  return { nodes: infos, client: await factory.client(), io: factory.io, dryRun }
}

/** Marks every node as unschedulable, or not. */
export async function cordon({ nodes, client, io, dryRun }: NodeOptions, unschedulable: boolean): Promise<void> {
  const word = unschedulable ? 'cordoned' : 'uncordoned'
  for (const info of nodes) {
    const node = info.object as KubeObject as Node
    if ((node.spec?.unschedulable ?? false) === unschedulable) {
      io.stdout(nameText(node, withDryRun(`already ${word}`, dryRun)))
      continue
    }
    if (dryRun !== 'client') {
      try {
        await client.patch(info.resource, refOf(info), 'strategic', { spec: { unschedulable: unschedulable ? true : null } }, { dryRun: dryRun === 'server' })
      } catch (error) {
        if (!(error instanceof StatusError)) throw error
        io.stderr(`error: unable to ${unschedulable ? 'cordon' : 'uncordon'} node ${JSON.stringify(info.name)}: ${error.message}\n`)
        continue
      }
    }
    io.stdout(nameText(node, withDryRun(word, dryRun)))
  }
}
