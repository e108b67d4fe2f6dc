/** URL paths of resources and objects, for requests that have no typed call. upstream: client-go/rest Request */
import { failure, StatusError, type Status } from '../base/status'
import type { Client } from '../client/client'
import type { KubeObject, Resource } from '../kinds/kind'

/** `/apis/apps/v1/namespaces/default/deployments/web/scale` */
export function rawPath({ group, version, plural }: Pick<Resource, 'group' | 'version' | 'plural'>, name = '', namespace = '', subresource = ''): string {
  const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  const tail = [plural, name, subresource].filter(part => part !== '').map(encodeURIComponent).join('/')
  return `${base}${namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`}/${tail}`
}

/** The object as it is on the wire, managedFields included. Throws StatusError. */
export async function readRaw<T extends KubeObject>(client: Client, resource: Pick<Resource<T>, 'group' | 'version' | 'plural'>, name: string, namespace = '', subresource = ''): Promise<T> {
  const { code, body } = await client.request({ method: 'GET', path: rawPath(resource as Resource, name, namespace, subresource), accept: 'application/json' })
  const value = JSON.parse(body) as T | Status
  if (code >= 400) throw value.kind === 'Status' ? new StatusError(value as Status) : failure(code, '', body)
  return value as T
}
