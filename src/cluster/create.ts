/** Makes a new cluster file: a fresh cluster's objects, the nodes, and what the file says of itself. */
import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { microTimestamp } from '../base/clock'
import { UsageError } from '../base/errors'
import { component } from '../apiserver/actor'
import { create } from '../apiserver/create'
import { OBJECTS } from '../apiserver/bootstrap/objects.gen'
import { update } from '../apiserver/update'
import type { KubeObject } from '../kinds/kind'
import { node } from '../kinds/core/node/kind'
import type { Node } from '../kinds/schema/types/core.v1'
import { addOnObjects } from './add-ons'
import { controlPlaneLeases, controlPlaneNodes, controlPlaneObjects, withManifests } from './control-plane'
import type { NewCluster } from './config'
import { openCluster, type Cluster, type ClusterOptions } from './open'

/** SQLite's files beside a database. */
const COMPANIONS = ['', '-wal', '-shm', '-journal', '-settle']

/** Removes a cluster file with what stands beside it. */
export function removeCluster(path: string): void {
  for (const suffix of COMPANIONS) rmSync(path + suffix, { force: true })
}

/**
 * Writes the file under another name first, so that a crash leaves either no cluster or a whole one.
 * With `toNow` its time, which began `startAgoMs` before the wall's, catches up with it. Throws UsageError when the file exists and `replace` is false.
 */
export async function createCluster(path: string, make: NewCluster, options: { readonly replace: boolean; readonly wall: () => number; readonly apiOnly?: boolean; readonly secret?: string | undefined; readonly startAgoMs?: number | undefined; readonly toNow?: boolean | undefined }): Promise<void> {
  if (existsSync(path) && !options.replace) throw new UsageError(`${path} exists already; use "kubottle reset" to start it anew`)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.new-${process.pid}`
  removeCluster(draft)
  // Its keys follow from what is in it: it is for its owner alone, as are the files that SQLite puts beside it.
  closeSync(openSync(draft, 'wx', 0o600))
  try {
    const cluster = openCluster({ path: draft, wall: options.wall, fresh: make.config, secret: options.secret, startAgoMs: options.startAgoMs, apiOnly: options.apiOnly === true })
    try {
      await fill(cluster, make, options.apiOnly === true)
      if (options.toNow === true) await cluster.comeToNow()
      cluster.store.db.pragma('wal_checkpoint(TRUNCATE)')
    } finally {
      cluster.close()
    }
    removeCluster(path)
    renameSync(draft, path)
  } finally {
    removeCluster(draft)
  }
}

/** A cluster in memory: the same content, no file. With `apiOnly` nothing works on it but requests. */
export async function createInMemory(make: NewCluster, wall: () => number, apiOnly = false, more: { readonly toNow?: boolean | undefined } & Pick<ClusterOptions, 'descriptions' | 'follow' | 'callWebhook' | 'secret' | 'startAgoMs' | 'clockMode' | 'authentication' | 'admission' | 'floor' | 'breathe' | 'hurried' | 'alarm' | 'failed'> = {}): Promise<Cluster> {
  const cluster = openCluster({ ...more, path: ':memory:', wall, fresh: make.config, apiOnly })
  await fill(cluster, make, apiOnly)
  if (more.toNow === true) await cluster.comeToNow()
  return cluster
}

const requestOf = (manager: string) => ({ actor: component('system:apiserver', manager), dryRun: false, fieldManager: manager, fieldValidation: 'Ignore' as const, warnings: [] })

async function fill(cluster: Cluster, { nodes, config }: NewCluster, apiOnly: boolean): Promise<void> {
  const { server, store } = cluster
  // As with kubeadm, what runs in the control plane is there before the other nodes join.
  const shows = config.addOns.includes('control-plane') && !apiOnly && nodes.length > 0
  const first = shows ? controlPlaneNodes(nodes) : []
  const add = async (object: KubeObject, manager: string): Promise<void> => {
    const kind = server.registry.ofObject(object.apiVersion as string, object.kind as string)
    if (kind !== undefined) await create(server, kind, object.metadata.namespace, object, requestOf(manager))
  }
  await together(store, async () => {
    store.setMeta('nodes', JSON.stringify(nodes))
    for (const line of OBJECTS.split('\n')) if (line !== '') await add(JSON.parse(line) as KubeObject, 'kube-apiserver')
    // The API alone is a bare cluster: nothing stands behind an add-on's objects.
    for (const object of apiOnly ? [] : config.addOns.flatMap(addOn => addOnObjects(addOn))) await add(object, 'kubectl')
    if (!shows) return addNodes(cluster, nodes)
    for (const object of controlPlaneObjects(config)) await add(object, 'kubeadm')
    for (const object of controlPlaneLeases(first, purpose => server.draw.uuid(purpose, 'holder', 0), microTimestamp(cluster.clock.peek()))) await add(object, 'kube-controller-manager')
    await addNodes(cluster, first.map(n => withManifests(n, config)))
  })
  if (shows) {
    await cluster.becomeCalm()
    await together(store, () => addNodes(cluster, nodes.filter(n => !first.includes(n))))
  }
  await cluster.becomeCalm()
}

async function together(store: Cluster['store'], work: () => Promise<void>): Promise<void> {
  store.begin()
  try {
    await work()
    store.commit()
  } catch (e) {
    store.rollback()
    throw e
  }
}

async function addNodes({ server }: Cluster, nodes: readonly Node[]): Promise<void> {
  const request = requestOf('kubelet')
  for (const n of nodes) {
    const made = await create(server, node, undefined, n, request)
    const { status } = n
    if (status !== undefined) await update(server, node, undefined, made.metadata.name, { next: current => ({ ...current, status }), subresource: 'status' }, request)
  }
}
