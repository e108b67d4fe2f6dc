/** A client that refuses names and namespaces which no path can have, before it asks. upstream: client-go/rest Request.Name, Request.Namespace, path.IsValidPathSegmentName */
import { UsageError } from '../base/errors'
import type { Client } from '../client/client'
import type { Resource } from '../kinds/kind'

/** Every call may throw UsageError besides what `client` throws. */
export function checkedClient(client: Client): Client {
  return {
    ...(client.tunnel === undefined ? {} : { tunnel: request => (client.tunnel as NonNullable<Client['tunnel']>)(request) }),
    get: async (resource, name, namespace, options) => (check(resource, namespace, name), client.get(resource, name, namespace, options)),
    list: async (resource, options) => (check(resource, options?.namespace), client.list(resource, options)),
    create: async (resource, object, options) => (check(resource, object.metadata?.namespace), client.create(resource, object, options)),
    createSubresource: async (resource, ref, subresource, body, options) => (check(resource, ref.metadata.namespace, ref.metadata.name), client.createSubresource(resource, ref, subresource, body, options)),
    update: async (resource, object, options) => (check(resource, object.metadata?.namespace, object.metadata?.name ?? ''), client.update(resource, object, options)),
    patch: async (resource, ref, type, patch, options) => (check(resource, ref.metadata.namespace, ref.metadata.name), client.patch(resource, ref, type, patch, options)),
    apply: async (resource, object, options) => (check(resource, object.metadata.namespace, object.metadata.name), client.apply(resource, object, options)),
    delete: async (resource, ref, options) => (check(resource, ref.metadata.namespace, ref.metadata.name), client.delete(resource, ref, options)),
    deleteCollection: async (resource, options) => (check(resource, options?.namespace), client.deleteCollection(resource, options)),
    table: async (resource, options) => (check(resource, options?.namespace, options?.name), client.table(resource, options)),
    tableOf: (resource, object) => client.tableOf(resource, object),
    watch: (resource, options) => (check(resource, options?.namespace), client.watch(resource, options)),
    connect: async (resource, ref, subresource, options) => (check(resource, ref.metadata.namespace, ref.metadata.name), client.connect(resource, ref, subresource, options)),
    request: request => client.request(request),
  }
}

/** Throws UsageError. */
function check({ scope }: Pick<Resource, 'scope'>, namespace: string | undefined, name?: string): void {
  if (scope === 'Namespaced' && namespace !== undefined) refuse('namespace', namespace)
  if (name === '') throw new UsageError('resource name may not be empty')
  if (name !== undefined) refuse('resource name', name)
}

function refuse(what: string, text: string): void {
  const problems = text === '.' || text === '..' ? [`may not be '${text}'`] : ['/', '%'].filter(c => text.includes(c)).map(c => `may not contain '${c}'`)
  if (problems.length > 0) throw new UsageError(`invalid ${what} ${JSON.stringify(text)}: [${problems.join(' ')}]`)
}
