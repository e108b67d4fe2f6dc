/** A look at a cluster's file for what completes a command line: names of types and objects, by one indexed query, without opening the cluster, its settling or its lock. */
import { existsSync } from 'node:fs'
import { resourcePrefix, storageKey, listPrefix } from '../apiserver/keys'
import { METRICS_SERVICE } from '../apiserver/virtual/metrics-service'
import { resources, type ResourceInfo } from '../kinds/schema/table'
import { openDatabase } from '../store/open'
import { prefixEnd } from '../store/statements'
import { ClusterClock } from './cluster-clock'

const DEFINITIONS = { group: 'apiextensions.k8s.io', plural: 'customresourcedefinitions' }
const API_SERVICES = { group: 'apiregistration.k8s.io', plural: 'apiservices' }
const METRICS = [{ group: 'metrics.k8s.io', plural: 'nodes' }, { group: 'metrics.k8s.io', plural: 'pods' }]

/** The types that can be got, and the names of a type's objects in their order; undefined wherever the cluster itself has to be asked. */
export interface Glance {
  /** The cluster's time when the wall's is `wallMs`, as it was written last. */
  nowMs(wallMs: number): number | undefined
  types(): readonly { readonly group: string; readonly plural: string }[] | undefined
  names(type: string, namespace: string): readonly string[] | undefined
}

export const glance = (path: string): Glance => ({
  nowMs(wallMs) {
    const meta = readMeta(path, ['config', 'offset', 'reached'])
    if (meta === undefined) return undefined
    const { clock } = JSON.parse(meta[0] ?? '{}') as { clock?: { mode?: string; atMs?: number } }
    return new ClusterClock(() => (clock?.mode === 'fixed' ? Number(clock.atMs) : wallMs), Number(meta[1] ?? 0), Number(meta[2] ?? 0)).peek()
  },
  types() {
    const keys = readKeys(path, [resourcePrefix(DEFINITIONS), storageKey(API_SERVICES, undefined, METRICS_SERVICE)])
    if (keys === undefined || (keys[0] as string[]).length > 0) return undefined
    const built = resources().filter(r => r.verbs.includes('get'))
    return (keys[1] as string[]).length > 0 ? [...built, ...METRICS] : built
  },
  names(type, namespace) {
    const resource = builtIn(type.toLowerCase())
    if (resource === undefined) return undefined
    const prefix = listPrefix(resource, resource.namespaced ? namespace : undefined)
    return readKeys(path, [prefix])?.[0]?.map(key => key.slice(key.lastIndexOf('/') + 1))
  },
})

/** Computed kinds have no keys, and what has a dot may be anybody's. */
function builtIn(word: string): ResourceInfo | undefined {
  const all = resources()
  const found = all.find(r => r.shortNames.includes(word)) ?? all.find(r => r.plural === word || r.singular === word)
  return found === undefined || !found.verbs.includes('create') || !found.verbs.includes('list') ? undefined : found
}

/** The keys that begin with each prefix; undefined where the file cannot be read so. */
const readKeys = (path: string, prefixes: readonly string[]): string[][] | undefined => reading(path, db => {
  const statement = db.prepare('SELECT key FROM objects WHERE key >= ? AND key < ? ORDER BY key').pluck()
  return prefixes.map(prefix => statement.all(prefix, prefixEnd(prefix)) as string[])
})

/** What the cluster notes of itself under these names. */
const readMeta = (path: string, names: readonly string[]): (string | undefined)[] | undefined => reading(path, db => {
  const statement = db.prepare('SELECT value FROM meta WHERE name = ?').pluck()
  return names.map(name => statement.get(name) as string | undefined)
})

function reading<T>(path: string, work: (db: ReturnType<typeof openDatabase>) => T): T | undefined {
  if (!existsSync(path)) return undefined
  let db: ReturnType<typeof openDatabase> | undefined
  try {
    db = openDatabase(path, { readonly: true, create: false })
    return work(db)
  } catch {
    return undefined
  } finally {
    db?.close()
  }
}
