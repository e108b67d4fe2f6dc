/** One object that a command works on: named by an argument, found by a selector, or read from a file. upstream: cli-runtime/pkg/resource Info */
import type { ObjectRef } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import type { DiscoveredResource } from '../rest-mapper'

export interface Info {
  readonly resource: DiscoveredResource
  /** Empty for cluster-scoped objects. */
  readonly namespace: string
  readonly name: string
  /** The file's path, `STDIN`, or empty. */
  readonly source: string
  /** What the file or the list says; undefined for an object that is only named. May be changed when it comes from a file. */
  readonly object: KubeObject | undefined
}

/** What a request names the object by. */
export const refOf = ({ name, namespace }: Pick<Info, 'name' | 'namespace'>): ObjectRef => ({ metadata: { name, ...(namespace === '' ? {} : { namespace }) } })

/** `deployments/web`: how messages name an object; what was read locally goes by its kind, with upstream's stray line break. upstream: resource.Info.ObjectName */
export function objectName({ resource, name }: Pick<Info, 'resource' | 'name'>): string {
  // Local objects have no mapping: see localResource.
  if (resource.verbs.length > 0) return `${resource.plural}/${name}`
  const kind = resource.kind.toLowerCase()
  return resource.group === '' ? `${kind}/${name}` : `${kind}.${resource.group}/${name}\n`
}
