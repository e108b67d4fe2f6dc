/** Objects that the command line names, by argument, selector or file, read as far as a command needs them. upstream: cli-runtime/pkg/resource Builder, Result */
import { UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import type { LabelSelector } from '../../base/label-selector'
import { matchesLabels, parseLabelSelector } from '../../base/label-selector'
import type { Clock } from '../../base/clock'
import type { Client, ListOptions } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import { SeveralErrors } from '../errors'
import type { IOStreams } from '../io-streams'
import { kustomizedText } from '../kustomize/kustomize'
import type { RestMapper } from '../rest-mapper'
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
    // Files that do not exist are told before a server is asked.
    if (isFileQuery(query)) expandSources(query, factory.io, kustomize)
    return query.local ? undefined : factory.mapper()
  }

  const builder: ResourceBuilder = {
    async plan(query) {
      return planQuery(query, await mapperFor(query))
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
      const attempt = async (work: () => Promise<void>): Promise<void> => {
        try {
          await work()
        } catch (error) {
          if (error instanceof SeveralErrors) errors.push(...error.errors)
          else errors.push(error)
        }
      }
      const mapper = await mapperFor(query)
      const plan = planQuery(query, mapper)
      if (plan.kind === 'files') {
        const selector = query.labelSelector === undefined ? undefined : selectorOf(query.labelSelector)
        for (const source of expandSources(query, factory.io, kustomize)) {
          await attempt(async () => {
            for await (const found of readSource(source, query, mapper)) {
              if ('error' in found) errors.push(found.error)
              else if (selector === undefined || matchesLabels(selector, found.info.object?.metadata.labels)) await attempt(() => visit(found.info))
            }
          })
        }
      } else if (plan.kind === 'names') {
        for (const { resource, name, namespace } of plan.targets) {
          await attempt(async () => {
            // upstream: client-go/rest Request.Name
            if (name === '') throw new UsageError('resource name may not be empty')
            await visit({ resource, name, namespace, source: '', object: undefined })
          })
        }
      } else {
        for (const resource of plan.resources) {
          await attempt(async () => {
            const namespace = resource.scope === 'Cluster' || query.allNamespaces ? undefined : query.namespace
            const { labelSelector, fieldSelector } = plan
            const items = await builder.listAll(resource, { namespace, labelSelector: labelSelector || undefined, fieldSelector: fieldSelector || undefined, limit: query.chunkSize === 0 ? undefined : query.chunkSize })
            for (const object of items) {
              await attempt(() => visit({ resource, name: object.metadata.name, namespace: object.metadata.namespace ?? '', source: '', object }))
            }
          })
        }
      }
      if (errors.length > 0) throw new SeveralErrors(errors)
    },
    forEachFetched(query, visit) {
      return builder.forEach(query, async info => {
        const known = query.latest === true && query.local !== true && info.source !== '' ? undefined : info.object
        const object = known ?? await (await factory.client()).get(info.resource, info.name, info.namespace === '' ? undefined : info.namespace, query.subresource === undefined ? {} : { subresource: query.subresource })
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

/** Throws UsageError. */
function selectorOf(text: string): LabelSelector {
  try {
    return parseLabelSelector(text)
  } catch (error) {
    throw new UsageError(`the provided selector ${goQuote(text)} is not valid: ${(error as Error).message}`)
  }
}
