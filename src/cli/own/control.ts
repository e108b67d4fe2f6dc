/** What the commands of `kubottle` itself need of a cluster: that it is a file. */
import { UsageError } from '../../base/errors'
import type { OwnControl } from '../access'
import type { Factory } from '../factory'

/** Throws UsageError for a cluster behind a URL. */
export async function ownControl(factory: Factory): Promise<OwnControl> {
  const { own } = await factory.session()
  if (own === undefined) throw new UsageError('the current context names a server, not a cluster file')
  return own
}
