/** Resources that kubectl knows without discovery, as its typed clients do. */
import type { KubeObject, Resource } from '../kinds/kind'
import { resources } from '../kinds/schema/table'

/** The built-in resource of an apiVersion and kind; throws for one that there is not. */
export function resourceOf<T extends KubeObject>(apiVersion: string, kind: string): Resource<T> {
  const found = resources().find(r => r.apiVersion === apiVersion && r.kind === kind)
  if (found === undefined) throw new Error(`no built-in resource ${apiVersion} ${kind}`)
  return { group: found.group, version: found.version, kind, plural: found.plural, singular: found.singular, scope: found.namespaced ? 'Namespaced' : 'Cluster' }
}
