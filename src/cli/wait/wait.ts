/** `kubectl wait`: lets time pass until objects are as they should be. upstream: kubectl/pkg/cmd/wait */
import { UsageError } from '../../base/errors'
import { isNotFound, notFound } from '../../base/status'
import { apiVersionOf, type KubeObject } from '../../kinds/kind'
import type { Session } from '../access'
import { SeveralErrors } from '../errors'
import type { Factory } from '../factory'
import { filesOf } from '../files'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import { klogErrors } from '../klog'
import { toPrinter, type PrintObject } from '../print-flags'
import type { ResourceBuilder } from '../resource-builder/builder'
import type { Info } from '../resource-builder/info'
import type { ResourceQuery } from '../resource-builder/query'
import type { Visitor } from '../reflector'
import { watchUntil } from '../watch-until'
import { conditionOf, type Condition } from './conditions'
import { notMet, TIMED_OUT, timedOut, untilDeleted } from './deleted'

export interface Options {
  readonly session: () => Promise<Session>
  readonly builder: ResourceBuilder
  readonly query: ResourceQuery
  readonly conditions: readonly Condition[]
  /** 0: look once. */
  readonly timeoutMs: number
  readonly print: PrintObject
  readonly io: IOStreams
}

const A_WEEK_MS = 168 * 3600_000

/** Throws UsageError. */
export function toOptions({ args, flags }: Invocation<'wait'>, factory: Factory): Options {
  const print = toPrinter(flags, factory.io, { operation: 'condition met' })
  const namespace = factory.namespace()
  return {
    session: () => factory.session(),
    builder: factory.builder(),
    query: {
      args, ...filesOf(flags), namespace: namespace.name, allNamespaces: flags['all-namespaces'], enforceNamespace: namespace.explicit && !flags['all-namespaces'],
      labelSelector: flags.selector === '' ? undefined : flags.selector, fieldSelector: flags['field-selector'] === '' ? undefined : flags['field-selector'],
      typeMeansAll: flags.all, local: flags.local, latest: true,
    },
    conditions: flags.for.map(conditionOf),
    timeoutMs: flags.timeout < 0 ? A_WEEK_MS : flags.timeout,
    print,
    io: factory.io,
  }
}

/** Throws UsageError, StatusError, SeveralErrors. */
export async function run(options: Options): Promise<void> {
  const { conditions } = options
  const session = await options.session()
  const endMs = session.clock.now() + options.timeoutMs
  if (conditions.some(c => c.kind === 'create')) await untilCreated(options, session)
  const forDelete = conditions.some(c => c.kind === 'delete')
  let visited = 0
  try {
    await options.builder.forEachFetched(options.query, async info => {
      visited++
      for (const condition of conditions) options.print(await untilMet(info, condition, options, session, endMs))
    })
  } catch (error) {
    const failed = error instanceof SeveralErrors ? error.errors.filter(e => !(forDelete && isNotFound(e))) : [error]
    if (failed.length > 0) throw new SeveralErrors(failed)
  }
  if (visited === 0 && !forDelete) throw new UsageError('no matching resources found')
}

const found = ({ builder, query }: Options): Promise<{ readonly infos: (Info & { readonly object: KubeObject })[]; readonly errors: readonly unknown[] }> => builder.infos(query)

/** Until everything that is named is there, or anything that is selected. */
async function untilCreated(options: Options, { waitUntil }: Session): Promise<void> {
  const there = async (): Promise<boolean> => {
    const { infos, errors } = await found(options)
    const other = errors.find(e => !isNotFound(e))
    if (other !== undefined) throw other
    return errors.length === 0 && infos.length > 0
  }
  if (!(await waitUntil(there, options.timeoutMs))) throw new UsageError(TIMED_OUT)
}

/** The object as it was when it met the condition. Throws UsageError, StatusError. */
async function untilMet(info: Info & { readonly object: KubeObject }, condition: Condition, { timeoutMs, io }: Options, session: Session, endMs: number): Promise<KubeObject> {
  const { resource, name } = info
  const named = (object: KubeObject): KubeObject => ({ ...object, apiVersion: apiVersionOf(resource), kind: resource.kind })
  if (condition.kind === 'create') return named(info.object)
  const leftMs = endMs - session.clock.now()
  // Whoever comes after the end does not look any more, as upstream's context has ended.
  if (timeoutMs > 0 && leftMs <= 0) throw condition.kind === 'delete' ? new UsageError('client rate limiter Wait returned an error: context deadline exceeded') : timedOut(info)
  if (condition.kind !== 'state') return named(await untilDeleted(session, info, undefined, timeoutMs === 0 ? 0 : leftMs, io) ?? info.object)
  if (timeoutMs === 0) {
    const now = named(await session.client.get(resource, name, info.namespace === '' ? undefined : info.namespace))
    if (!condition.met(now)) throw notMet(info)
    return now
  }
  let last = info.object
  const visitor: Visitor = {
    failed: klogErrors(session, io),
    known(object) {
      if (object === undefined) throw notFound(resource, name)
      return false
    },
    visit({ type, object }) {
      last = named(object)
      return type !== 'DELETED' && condition.met(last)
    },
  }
  if (!(await watchUntil(session, info, leftMs, visitor))) throw timedOut(info)
  return last
}
