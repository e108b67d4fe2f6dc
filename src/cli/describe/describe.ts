/** `kubectl describe`. upstream: kubectl/pkg/cmd/describe */
import { UsageError } from '../../base/errors'
import type { Factory } from '../factory'
import { filesOf } from '../files'
import type { Invocation } from '../invocation'
import { isNotFound } from '../../base/status'
import { messageOf, SeveralErrors } from '../errors'
import type { ResourceQuery } from '../resource-builder/query'
import type { DiscoveredResource } from '../rest-mapper'
import type { DescribeContext } from './describer'
import { describerFor } from './registry'

export interface Options {
  readonly factory: Factory
  readonly query: ResourceQuery
  readonly showEvents: boolean
  /** `--show-events` was given: then several objects show theirs, too. */
  readonly showEventsGiven: boolean
  readonly chunkSize: number
}

export function toOptions({ args, flags, changed }: Invocation<'describe'>, factory: Factory): Options {
  const namespace = factory.namespace()
  const allNamespaces = flags['all-namespaces']
  return {
    factory,
    query: {
      args, ...filesOf(flags), validate: false,
      namespace: namespace.name, allNamespaces, enforceNamespace: namespace.explicit && !allNamespaces,
      labelSelector: flags.selector === '' ? undefined : flags.selector,
      typeMeansAll: true, chunkSize: flags['chunk-size'],
    },
    showEvents: flags['show-events'],
    showEventsGiven: changed.has('show-events'),
    chunkSize: flags['chunk-size'],
  }
}

/** Throws SeveralErrors, UsageError, StatusError. */
export async function run(options: Options): Promise<void> {
  const { factory, query } = options
  await factory.builder().plan(query)
  const { infos, errors: failures } = await factory.builder().infos(query)
  // What is wrong with files is a list within the list. upstream: EagerVisitorList
  const inFiles = query.filenames?.length !== 0 || query.kustomize !== ''
  if (infos.length === 0 && failures.some(e => !isNotFound(e))) throw new SeveralErrors(failures, inFiles)
  const { client, clock } = await factory.session()
  const several = failures.length > 0 || infos.length > 1
  const context: DescribeContext = { client, nowMs: clock.now(), chunkSize: options.chunkSize, showEvents: options.showEvents && (options.showEventsGiven || !several) }
  if (failures.length === 1 && isNotFound(failures[0]) && query.args?.length === 2) return describeByPrefix(options, context, failures[0])
  const errors: unknown[] = [...failures]
  const told = new Set<string>()
  let first = true
  for (const { resource, name, namespace } of infos) {
    try {
      if (name === '') throw new UsageError('resource name may not be empty')
      const text = await describerFor(resource as DiscoveredResource).describe(name, namespace, context)
      factory.io.stdout(first ? text : `\n\n${text}`)
      first = false
    } catch (e) {
      if (!told.has(messageOf(e))) errors.push(e)
      told.add(messageOf(e))
    }
  }
  if (infos.length === 0 && errors.length === 0) factory.io.stderr(query.allNamespaces === true ? 'No resources found\n' : `No resources found in ${query.namespace} namespace.\n`)
  if (errors.length > 0) throw new SeveralErrors(errors, inFiles && failures.length > 0)
}

/** All objects of the type whose names begin so. Throws `notFound` when there are none. */
async function describeByPrefix({ factory, query }: Options, context: DescribeContext, notFound: unknown): Promise<void> {
  const [type = '', prefix = ''] = query.args ?? []
  const { infos, errors } = await factory.builder().infos({ args: [type], namespace: query.namespace, typeMeansAll: true, singleType: true, chunkSize: context.chunkSize })
  if (errors.length > 0) throw new SeveralErrors(errors)
  const matching = infos.filter(i => i.name.startsWith(prefix))
  if (matching.length === 0) throw notFound
  for (const { resource, name, namespace } of matching) factory.io.stdout(`${await describerFor(resource as DiscoveredResource).describe(name, namespace, context)}\n`)
}
