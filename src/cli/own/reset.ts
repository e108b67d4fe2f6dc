/** `kubottle reset`: the cluster of the current context as it was when it was made. */
import type { Factory } from '../factory'
import { ownControl } from './control'

export async function run(factory: Factory): Promise<void> {
  const own = await ownControl(factory)
  const { file } = await own.summary()
  await own.reset()
  factory.io.stdout(`Cluster file ${file} made anew.\n`)
}
