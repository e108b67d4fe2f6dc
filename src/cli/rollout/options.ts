/** What the `kubectl rollout` commands make of their flags alike. */
import type { Factory } from '../factory'
import type { FileFlags } from '../files'
import { filesOf } from '../files'
import type { Invocation } from '../invocation'
import type { ResourceQuery } from '../resource-builder/query'

/** The workloads that the arguments name. */
export function workloadQuery(invocation: Invocation, factory: Factory): ResourceQuery {
  const flags = invocation.flags as unknown as FileFlags & { readonly selector: string }
  const { name: namespace, explicit } = factory.namespace()
  return { args: invocation.args, ...filesOf(flags), namespace, enforceNamespace: explicit, typeMeansAll: true, validate: false, latest: true, ...(flags.selector === '' ? {} : { labelSelector: flags.selector }) }
}
