/** A cluster in memory and its requests, for tests of the apiserver. */
import { createInMemory } from '../cluster/create'
import { readConfig } from '../cluster/config'
import type { Client } from '../client/client'
import type { KubeObject, Resource } from '../kinds/kind'
import { resources } from '../kinds/schema/table'
import type { Wanted } from './authorization/impersonation'

export const BEGIN_MS = Date.UTC(2026, 10, 21, 8)

export const resource = <T extends KubeObject>(apiVersion: string, kind: string): Resource<T> => {
  const found = resources().find(r => r.apiVersion === apiVersion && r.kind === kind)
  if (found === undefined) throw new Error(`no ${kind}`)
  return { group: found.group, version: found.version, kind, plural: found.plural, singular: found.singular, scope: found.namespaced ? 'Namespaced' : 'Cluster' }
}

export async function inMemory() {
  const warnings: string[] = []
  const cluster = await createInMemory(readConfig({ lifecycle: 'fast', nodes: 1, addOns: [] }), () => BEGIN_MS)
  const as = (user: string, groups: readonly string[] = [], wanted?: Wanted): Client => cluster.clientFor({ user, groups: [...groups, 'system:authenticated'], manager: 'test', trusted: false, wanted }, text => warnings.push(text))
  const admin = as('kubernetes-admin', ['system:masters'])
  return {
    cluster,
    admin,
    as,
    /** Of all requests so far. */
    warnings,
    /** Creates an object as the administrator. */
    make: <T extends KubeObject>(object: T): Promise<T> => admin.create(resource<T>(object.apiVersion as string, object.kind as string), object),
  }
}

/** The message of a refusal; fails when there is none. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (e) {
    return (e as Error).message
  }
  throw new Error('it was not refused')
}
