/** Objects that the command line names, by argument, selector or file, read as far as a command needs them. upstream: cli-runtime/pkg/resource Builder, Result */
import { UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import type { LabelSelector } from '../../base/label-selector'
import { matchesLabels, parseLabelSelector } from '../../base/label-selector'
import type { Clock } from '../../base/clock'
import type { Client, ListOptions } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import { ConfigurationError, SeveralErrors } from '../errors'
import { isNotFound } from '../../base/status'
import type { IOStreams } from '../io-streams'
import { kustomizedText } from '../kustomize/kustomize'
import type { RestMapper } from '../rest-mapper'
import { resourceOf } from '../resource-of'
import { expandSources, readSource } from './files'
import type { Info } from './info'
import { listing } from './list-error'
import type { Plan, ResourceQuery } from './query'
import { planQuery } from './query'

export interface ResourceBuilder {
  /** What the arguments mean, without reading any object. Throws UsageError. */
  plan(query: ResourceQuery): Promise<Plan>
  /**
   * Calls `visit` for every object: named ones without `object`, selected ones and those of files with it. Goes on after errors
   * and throws them all at the end (SeveralErrors); errors of `visit` count among them.
   */
  forEach(query: ResourceQuery, visit: (info: Info) => Promise<void>): Promise<void>
  /** As forEach, but named objects are fetched. */
  forEachFetched(query: ResourceQuery, visit: (info: Info & { readonly object: KubeObject }) => Promise<void>): Promise<void>
  /** All objects, named ones fetched, and what went wrong on the way. */
  infos(query: ResourceQuery): Promise<{ readonly infos: (Info & { readonly object: KubeObject })[]; readonly errors: readonly unknown[] }>
  /** Pages of a list, all of them. */
  listAll(resource: Info['resource'], options: ListOptions): Promise<readonly KubeObject[]>
}

/** What the builder needs of the factory. */
export interface BuilderNeeds {
  readonly io: IOStreams
  readonly clock: Clock
  client(): Promise<Client>
  mapper(): Promise<RestMapper>
}

export function createResourceBuilder(factory: BuilderNeeds): ResourceBuilder {
  const kustomize = async (folder: string): Promise<string> => kustomizedText(folder, factory.io, factory.clock)
  const isFileQuery = (query: ResourceQuery): boolean => (query.filenames?.length ?? 0) > 0 || (query.kustomize ?? '') !== ''
  const mapperFor = async (query: ResourceQuery) => {
    if (query.local === true) return undefined
    const { args = [], defaultType } = query
    try {
      return await factory.mapper()
    } catch (error) {
      const isWrongConfig = error instanceof ConfigurationError || error instanceof UsageError
      if (!isWrongConfig || defaultType !== undefined || args.length === 0 || args.some(a => a.includes('/')) || (args.length > 1 && args[0]?.includes(','))) throw error
      // Every type of the first argument is looked up among the categories, which fails each time. upstream: Builder.ReplaceAliases
      throw new SeveralErrors((args[0] as string).split(',').map(() => error))
    }
  }

  const builder: ResourceBuilder = {
    async plan(query) {
      // Files that do not exist are told before a server is asked.
      return planQuery(query, isFileQuery(query) ? (expandSources(query, factory.io, kustomize), undefined) : await mapperFor(query))
    },
    async listAll(resource, options) {
      const client = await factory.client()
      const items: KubeObject[] = []
      for (let token: string | undefined; ;) {
        const list = await listing(resource, options, client.list(resource, { ...options, continue: token }))
        items.push(...list.items)
        token = list.metadata.continue || undefined
        if (token === undefined) return items
      }
    },
    async forEach(query, visit) {
      const errors: unknown[] = []
      // What is wrong with files themselves is told last. upstream: EagerVisitorList
      const ofFiles: unknown[] = []
      const attempt = async (work: () => Promise<void>, errors: unknown[]): Promise<void> => {
        try {
          await work()
        } catch (error) {
          if (error instanceof SeveralErrors) errors.push(...error.errors)
          else errors.push(error)
        }
      }
      const plan = await builder.plan(query)
      if (plan.kind === 'files') {
        const selector = query.labelSelector === undefined ? undefined : selectorOf(query.labelSelector)
        for (const source of expandSources(query, factory.io, kustomize)) {
          await attempt(async () => {
            const mapper = await mapperFor(query)
            for await (const found of readSource(source, query, mapper)) {
              if ('error' in found) ofFiles.push(found.error)
              else if (selector === undefined || matchesLabels(selector, found.info.object?.metadata.labels)) await attempt(() => visit(found.info), errors)
            }
          }, ofFiles)
        }
      } else if (plan.kind === 'names') {
        for (const { resource, name, namespace } of plan.targets) {
          await attempt(async () => {
            requirePlace({ resource, name, namespace })
            await visit({ resource, name, namespace, source: '', object: undefined })
          }, errors)
        }
      } else {
        for (const resource of plan.resources) {
          await attempt(async () => {
            const namespace = resource.scope === 'Cluster' || query.allNamespaces ? undefined : query.namespace
            const { labelSelector, fieldSelector } = plan
            const items = await builder.listAll(resource, { namespace, labelSelector: labelSelector || undefined, fieldSelector: fieldSelector || undefined, limit: query.chunkSize === 0 ? undefined : query.chunkSize })
            for (const object of items) {
              await attempt(() => visit({ resource, name: object.metadata.name, namespace: object.metadata.namespace ?? '', source: '', object }), errors)
            }
          }, errors)
        }
      }
      // Among other errors they are one. upstream: Aggregate.Error
      if (errors.length > 0 && ofFiles.length > 1) errors.push(new UsageError(`[${[...new Set(ofFiles.map(e => (e as Error).message))].join(', ')}]`))
      else errors.push(...ofFiles)
      if (errors.length > 0) throw new SeveralErrors(errors)
    },
    forEachFetched(query, visit) {
      return builder.forEach(query, async info => {
        const known = query.latest === true && query.local !== true && info.source !== '' ? undefined : info.object
        const object = known ?? await objectOf(await factory.client(), info, query.subresource === undefined ? {} : { subresource: query.subresource })
        await visit({ ...info, object })
      })
    },
    async infos(query) {
      const infos: (Info & { readonly object: KubeObject })[] = []
      try {
        await builder.forEachFetched(query, async info => void infos.push(info))
        return { infos, errors: [] }
      } catch (error) {
        if (!(error instanceof SeveralErrors)) throw error
        return { infos, errors: error.errors }
      }
    },
  }
  return builder
}

/** Throws UsageError where a namespace is missing. upstream: cli-runtime/pkg/resource RetrieveLatest */
export function requirePlace({ resource, name, namespace }: Pick<Info, 'resource' | 'name' | 'namespace'>): void {
  if (resource.scope === 'Namespaced' && namespace === '') throw new UsageError(`no namespace set on resource ${resource.group}/${resource.version}, Resource=${resource.plural} ${goQuote(name)}`)
}

/** The object that `info` names. Where it is missing because its namespace is, that is told. upstream: cli-runtime/pkg/resource Info.Get */
export async function objectOf(client: Client, { resource, name, namespace }: Pick<Info, 'resource' | 'name' | 'namespace'>, options?: Parameters<Client['get']>[3]): Promise<KubeObject> {
  requirePlace({ resource, name, namespace })
  return inNamespace(client, namespace, client.get(resource, name, namespace === '' ? undefined : namespace, options))
}

/** The answer of `work`, which looks for something in the namespace; throws that there is no such namespace where nothing is found. */
export async function inNamespace<T>(client: Client, namespace: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!isNotFound(error) || namespace === '' || namespace === 'default') throw error
    const refusal = await client.get(resourceOf('v1', 'Namespace'), namespace).then(() => undefined, (e: unknown) => e)
    throw isNotFound(refusal) ? refusal : error
  }
}

/** Throws UsageError. */
function selectorOf(text: string): LabelSelector {
  try {
    return parseLabelSelector(text)
  } catch (error) {
    throw new UsageError(`the provided selector ${goQuote(text)} is not valid: ${(error as Error).message}`)
  }
}
