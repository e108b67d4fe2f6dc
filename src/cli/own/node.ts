/** `kubottle node stop|start`: switches simulated machines off and on. */
import { POWER } from '../../kinds/core/node/power'
import type { Node } from '../../kinds/schema/types/core.v1'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { resourceOf } from '../resource-of'
import { ownControl } from './control'

export interface Options {
  readonly factory: Factory
  readonly stop: boolean
  readonly names: readonly string[]
  readonly wait: boolean
}

/** Longer than it takes to notice that a node is silent (50 s). */
const NOTICED_WITHIN_MS = 120_000

export function toOptions(invocation: Invocation<'kubottle node'>, factory: Factory): Options {
  const { args: [verb, ...names], flags } = invocation
  if (verb !== 'stop' && verb !== 'start') throw invocation.usageError(`"stop" or "start" is expected, got ${JSON.stringify(verb ?? '')}`)
  if (names.length === 0) throw invocation.usageError('the name of a node is expected')
  return { factory, stop: verb === 'stop', names, wait: flags.wait }
}

/** Throws StatusError for a node that is not there; UsageError for a cluster that is not in a file. */
export async function run({ factory, stop, names, wait }: Options): Promise<void> {
  await ownControl(factory)
  const { client, waitUntil } = await factory.session()
  const node = resourceOf<Node>('v1', 'Node')
  for (const name of names) {
    await client.patch(node, { metadata: { name } }, 'merge', { metadata: { annotations: { [POWER]: stop ? 'off' : null } } }, { fieldManager: 'kubottle' })
    const noticed = async (): Promise<boolean> => {
      const ready = (await client.get(node, name)).status?.conditions?.find(c => c.type === 'Ready')?.status
      return stop ? ready !== 'True' : ready === 'True'
    }
    if (wait) await waitUntil(noticed, NOTICED_WITHIN_MS)
    factory.io.stdout(`node/${name} ${stop ? 'stopped' : 'started'}\n`)
  }
}
