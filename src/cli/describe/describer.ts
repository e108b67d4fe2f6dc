/** What describes a kind: reads the object and what belongs to it, writes lines. upstream: kubectl/pkg/describe ResourceDescriber */
import type { KubeObject, Resource } from '../../kinds/kind'
import type { Event } from '../../kinds/schema/types/core.v1'
import { resourceOf } from '../resource-of'
import type { DescribeContext } from './context'
import { describeEvents, eventsAbout } from './events'
import { DescribeWriter } from './writer'

export { listAll } from './context'
export type { DescribeContext } from './context'

export interface Describer {
  readonly group: string
  readonly kind: string
  /** The whole text. Throws StatusError when the object or what it needs cannot be read. */
  describe(name: string, namespace: string, context: DescribeContext): Promise<string>
}

export interface DescriberOptions<T, G = undefined> {
  /** What is read before the events are. */
  readonly gather?: (object: T, context: DescribeContext) => Promise<G>
  /** Which events stand at the end; `false`: the kind shows none. By default those about the object. */
  readonly events?: false | ((object: T, context: DescribeContext) => Promise<readonly Event[]>)
}

/** A describer that reads the object of one apiVersion and kind. */
export function describerOf<T extends KubeObject, G = undefined>(
  apiVersion: string, kind: string,
  write: (w: DescribeWriter, object: T, context: DescribeContext, gathered: G) => void | Promise<void>,
  { events, gather }: DescriberOptions<T, G> = {},
): Describer {
  const slash = apiVersion.indexOf('/')
  return {
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    kind,
    async describe(name, namespace, context) {
      const resource = resourceOf<T>(apiVersion, kind)
      const object = await context.client.get(resource, name, resource.scope === 'Namespaced' ? namespace : undefined)
      const w = new DescribeWriter()
      const gathered = (await gather?.(object, context)) as G
      const found = events === false || !context.showEvents ? undefined : await (events?.(object, context) ?? eventsAbout(context, referenceTo(resource, object)))
      await write(w, object, context, gathered)
      if (found !== undefined) describeEvents(w, found, context.nowMs)
      return w.text()
    },
  }
}

/** What events say of the object they are about. */
export function referenceTo({ kind }: Pick<Resource, 'kind'>, { metadata }: KubeObject) {
  return { kind, name: metadata.name, namespace: metadata.namespace ?? '', uid: metadata.uid ?? '' }
}
