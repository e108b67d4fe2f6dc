/** Events that tell of a state and not of a change: told when nobody can read them already, so that a second look tells nothing new. */
import { event as events, namePrefix } from '../kinds/core/event/kind'
import type { KubeObject } from '../kinds/kind'
import type { Event } from '../kinds/schema/types/core.v1'
import type { Context } from './controller'

/** The newest event of this reason about the object, and of this message if one is given. */
export function toldBefore({ lister }: Pick<Context, 'lister'>, { metadata }: KubeObject, reason: string, message?: string): Event | undefined {
  return lister.namedFrom(events, metadata.namespace ?? 'default', namePrefix(metadata.name)).findLast(e => e.involvedObject.uid === metadata.uid && e.reason === reason && (message === undefined || e.message === message))
}

/** What upstream tells again with every resync is told once, for as long as the event lives. */
export async function tellOnce(ctx: Pick<Context, 'lister' | 'events'>, object: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): Promise<void> {
  if (toldBefore(ctx, object, reason, message) === undefined) await ctx.events.event(object, type, reason, message)
}
