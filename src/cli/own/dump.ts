/** `kubottle dump`: every object of the cluster, in order of its key, one document each. */
import { UsageError } from '../../base/errors'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { yamlText } from '../../base/yaml/writer'
import { ownControl } from './control'

export interface Options {
  readonly factory: Factory
  readonly output: 'json' | 'yaml'
}

export function toOptions(invocation: Invocation<'kubottle dump'>, factory: Factory): Options {
  const { output } = invocation.flags
  if (output !== 'json' && output !== 'yaml') throw new UsageError(`unknown output format ${JSON.stringify(output)}; must be json or yaml`)
  return { factory, output }
}

/** A line an object with json, a document an object with yaml: nothing is held in memory but one object. */
export async function run({ factory, output }: Options): Promise<void> {
  const own = await ownControl(factory)
  for await (const object of own.objects()) factory.io.stdout(output === 'json' ? `${JSON.stringify(object)}\n` : `---\n${yamlText(object)}`)
}
