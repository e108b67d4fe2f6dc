/** A cluster's life under a seed: workloads come, change and go, machines fail, time jumps, processes crash; and what must hold whenever it is calm. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { milliValueOfQuantity } from '../../src/base/quantity'
import { StatusError } from '../../src/base/status'
import type { Client } from '../../src/client/client'
import { readConfig } from '../../src/cluster/config'
import { createCluster } from '../../src/cluster/create'
import { openCluster, type Cluster } from '../../src/cluster/open'
import { daemonSet } from '../../src/kinds/apps/daemon-set/kind'
import { deployment } from '../../src/kinds/apps/deployment/kind'
import { replicaSet } from '../../src/kinds/apps/replica-set/kind'
import { statefulSet } from '../../src/kinds/apps/stateful-set/kind'
import { job } from '../../src/kinds/batch/job/kind'
import { node } from '../../src/kinds/core/node/kind'
import { pod } from '../../src/kinds/core/pod/kind'
import { isFinished } from '../../src/kinds/core/pod/state'
import { controllerOf, type KubeObject, type Resource } from '../../src/kinds/kind'
import type { Node, Pod } from '../../src/kinds/schema/types/core.v1'
import { seeded, type Random } from '../seeded'

const START = Date.UTC(2026, 0, 1)
const NAMES = ['a', 'b', 'c', 'd'] as const
const SPACES = ['default', 'dev'] as const
/** Checked after so many steps, once the cluster is calm. */
const BETWEEN_CHECKS = 20
/** Nodes notice a silence, pods are evicted, garbage is collected: after this all of it has happened. */
const LONG_MS = 15 * 60_000

type Workload = KubeObject & { spec?: { replicas?: number; selector?: object; template?: { spec: { containers: unknown[] } } }; status?: Record<string, unknown> }

class Crash extends Error {}

export interface Life {
  readonly steps: number
  readonly checks: number
  readonly crashes: number
  readonly podsMade: number
  readonly broken: readonly string[]
}

/** Plays `steps` steps, and stops at the first check that something does not hold. */
export async function live(seed: number, steps: number): Promise<Life> {
  const folder = mkdtempSync(join(tmpdir(), 'kubottle-life-'))
  const path = join(folder, 'cluster.db')
  const { config, nodes } = readConfig({ lifecycle: 'fast', nodes: 4, addOns: [], seed: `life ${seed}`, clock: { mode: 'fixed', at: new Date(START).toISOString() } })
  await createCluster(path, { config, nodes }, { replace: false, wall: () => START })
  const r = seeded(seed)
  let crashIn = Infinity
  const beforeCommit = (): void => {
    if (--crashIn <= 0) {
      crashIn = Infinity
      throw new Crash('the process is gone')
    }
  }
  const open = (): Cluster => openCluster({ path, wall: () => START, beforeCommit })
  let cluster = open()
  const tally = { checks: 0, crashes: 0 }
  const history: string[] = []
  try {
    for (let i = 1; i <= steps; i++) {
      if (r.below(25) === 0) crashIn = 1 + r.below(6)
      try {
        history.push(await step(cluster, r))
        await cluster.settle()
      } catch (e) {
        if (!(e instanceof Crash)) throw new Error(`step ${i}, ${history.slice(-3).join('; ')}: ${(e as Error).stack}`)
        tally.crashes++
        cluster.close()
        cluster = open()
      }
      if (i % BETWEEN_CHECKS !== 0) continue
      crashIn = Infinity
      await cluster.settle()
      if (i % (BETWEEN_CHECKS * 5) === 0) {
        await cluster.advanceTo(cluster.clock.peek() + LONG_MS)
        await cluster.settle()
      }
      tally.checks++
      const broken = check(cluster, i % (BETWEEN_CHECKS * 5) === 0)
      if (broken.length > 0) return { ...tally, steps: i, podsMade: 0, broken: broken.map(b => `after step ${i} (${history.slice(-BETWEEN_CHECKS).join('; ')}): ${b}`) }
    }
    const podsMade = cluster.store.db.prepare("SELECT count(*) AS n FROM revisions WHERE key LIKE '/pods/%'").get() as { n: number }
    return { ...tally, steps, podsMade: podsMade.n, broken: [] }
  } finally {
    cluster.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const template = (app: string, r: Random) => ({
  metadata: { labels: { app } },
  spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: r.pick(['nginx:1.25', 'nginx:1.27', 'redis:7']), resources: { requests: { cpu: `${r.pick([50, 100, 400, 1500])}m`, memory: '64Mi' } } }] },
})

function workload(kind: Resource, name: string, namespace: string, r: Random): object {
  const app = `${kind.kind.toLowerCase()}-${name}`
  const spec = { selector: { matchLabels: { app } }, template: template(app, r) }
  const metadata = { name, namespace }
  if (kind.kind === 'DaemonSet') return { metadata, spec }
  if (kind.kind === 'Job') return { metadata, spec: { completions: 1 + r.below(4), parallelism: 1 + r.below(3), template: { ...spec.template, spec: { ...spec.template.spec, restartPolicy: 'Never' } } } }
  if (kind.kind === 'StatefulSet') return { metadata, spec: { ...spec, serviceName: name, replicas: r.below(4) } }
  return { metadata, spec: { ...spec, replicas: r.below(7), ...(r.below(4) === 0 ? { strategy: { type: 'Recreate' } } : {}) } }
}

const KINDS: readonly Resource[] = [deployment, deployment, deployment, replicaSet, statefulSet, daemonSet, job] as never

/** One thing that somebody does. Refusals are answers too. */
async function step(cluster: Cluster, r: Random): Promise<string> {
  const client: Client = cluster.clientFor({ user: 'kubernetes-admin', groups: ['system:masters'], manager: 'kubectl', trusted: false })
  const kind = r.pick(KINDS) as Resource<Workload>
  const [name, namespace] = [r.pick(NAMES), r.pick(SPACES)]
  const ref = { metadata: { name, namespace } }
  const nodeName = r.pick(cluster.server.lister.list<Node>(node)).metadata.name
  const what = r.below(100)
  try {
    if (what < 30) {
      await client.create(kind, workload(kind, name, namespace, r) as Workload)
      return `create ${kind.kind} ${namespace}/${name}`
    }
    if (what < 50) {
      const replicas = r.below(8)
      await client.patch(kind, ref, 'merge', { spec: { replicas } })
      return `scale ${kind.kind} ${namespace}/${name} ${replicas}`
    }
    if (what < 60) {
      await client.patch(kind, ref, 'merge', { spec: { template: template(`${kind.kind.toLowerCase()}-${name}`, r) } })
      return `change ${kind.kind} ${namespace}/${name}`
    }
    if (what < 72) {
      const propagationPolicy = r.pick(['Background', 'Foreground', 'Orphan'] as const)
      await client.delete(kind, ref, { propagationPolicy })
      return `delete ${kind.kind} ${namespace}/${name} ${propagationPolicy}`
    }
    if (what < 80) {
      const pods = cluster.server.lister.list<Pod>(pod)
      if (pods.length === 0) return 'no pod to delete'
      const { metadata } = r.pick(pods)
      await client.delete(pod, { metadata: { name: metadata.name, namespace: metadata.namespace } })
      return `delete Pod ${metadata.name}`
    }
    if (what < 86) {
      const power = r.below(3) === 0 ? 'off' : null
      await client.patch(node, { metadata: { name: nodeName } }, 'merge', { metadata: { annotations: { 'kubottle.dev/power': power } } })
      return `power ${power} ${nodeName}`
    }
    if (what < 90) {
      const unschedulable = r.below(2) === 0
      await client.patch(node, { metadata: { name: nodeName } }, 'merge', { spec: { unschedulable: unschedulable ? true : null } })
      return `cordon ${unschedulable} ${nodeName}`
    }
    if (what < 92) {
      await client.create(pod, { metadata: { name, namespace }, spec: { containers: [{ name: 'main', image: 'nginx' }] } } as Pod)
      return `create Pod ${namespace}/${name}`
    }
    if (what < 94) {
      if (namespace === 'default') return 'the namespace stays'
      const space: Resource = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', singular: 'namespace', scope: 'Cluster' }
      if (r.below(4) === 0) await client.delete(space, { metadata: { name: namespace } })
      else await client.create(space, { metadata: { name: namespace } } as KubeObject)
      return `namespace ${namespace}`
    }
    const ms = r.pick([1_000, 30_000, 90_000, 400_000])
    await cluster.advanceTo(cluster.clock.peek() + ms)
    return `${ms} ms pass`
  } catch (e) {
    if (!(e instanceof StatusError)) throw e
    return `${e.reason} ${kind.kind} ${namespace}/${name}`
  }
}

/** It tolerates the silence of its node for ever, as pods of DaemonSets do. */
const stays = (p: Pod): boolean => p.spec.tolerations?.some(t => t.key === 'node.kubernetes.io/unreachable' && t.effect === 'NoExecute' && t.tolerationSeconds === undefined) === true

/** What does not hold. `quiet`: long enough has nothing happened that everything slow has happened too. */
function check(cluster: Cluster, quiet: boolean): string[] {
  const { lister } = cluster.server
  const broken: string[] = []
  const say = (text: string): void => void broken.push(text)
  const id = ({ metadata }: KubeObject): string => `${metadata.namespace}/${metadata.name}`
  const pods = lister.list<Pod>(pod)
  const owners = [deployment, replicaSet, statefulSet, daemonSet, job] as unknown as readonly Resource<Workload>[]
  const byUid = new Map(owners.flatMap(k => lister.list<Workload>(k).map(o => [o.metadata.uid as string, o] as const)))

  for (const object of [...pods, ...lister.list<KubeObject>(replicaSet as never)]) {
    const controllers = (object.metadata.ownerReferences ?? []).filter(o => o.controller === true)
    if (controllers.length > 1) say(`${id(object)} has ${controllers.length} controllers`)
    for (const { uid, kind, name } of object.metadata.ownerReferences ?? []) if (byUid.get(uid) === undefined) say(`orphan: ${id(object)} of ${kind} ${name}, which is gone`)
  }

  for (const n of lister.list<Node>(node)) {
    const held = pods.filter(p => p.spec.nodeName === n.metadata.name && !isFinished(p))
    const asked = held.reduce((sum, p) => sum + p.spec.containers.reduce((s, c) => s + milliValueOfQuantity(c.resources?.requests?.['cpu'] ?? '0'), 0), 0)
    if (asked > milliValueOfQuantity(n.status?.allocatable?.['cpu'] ?? '0')) say(`${n.metadata.name} is over-committed: ${asked}m of CPU`)
    const ready = n.status?.conditions?.find(c => c.type === 'Ready')?.status
    const off = n.metadata.annotations?.['kubottle.dev/power'] === 'off'
    if (quiet && off && ready !== 'Unknown') say(`nobody noticed that ${n.metadata.name} is off: Ready ${ready}`)
    if (quiet && !off && ready !== 'True') say(`${n.metadata.name} is on and not ready`)
    if (quiet && off) for (const p of held) if (p.metadata.deletionTimestamp === undefined && !stays(p)) say(`the eviction of ${id(p)} from ${n.metadata.name} was lost`)
  }
  const names = new Set(lister.list<Node>(node).map(n => n.metadata.name))
  for (const p of pods) if (quiet && p.spec.nodeName !== undefined && !names.has(p.spec.nodeName)) say(`${id(p)} is on a node that is gone`)

  const active = (uid: string | undefined): Pod[] => pods.filter(p => controllerOf(p)?.uid === uid && !isFinished(p) && p.metadata.deletionTimestamp === undefined)
  const isReady = (p: Pod): boolean => p.status?.conditions?.some(c => c.type === 'Ready' && c.status === 'True') === true
  for (const rs of lister.list<Workload>(replicaSet as never)) {
    if (rs.metadata.deletionTimestamp !== undefined) continue
    const own = active(rs.metadata.uid)
    if (own.length !== rs.spec?.replicas) say(`ReplicaSet ${id(rs)} wants ${rs.spec?.replicas} and has ${own.length}`)
    if ((rs.status?.['replicas'] ?? 0) !== own.length) say(`ReplicaSet ${id(rs)} counts ${rs.status?.['replicas']} of ${own.length}`)
    if ((rs.status?.['readyReplicas'] ?? 0) !== own.filter(isReady).length) say(`ReplicaSet ${id(rs)} counts ${rs.status?.['readyReplicas']} ready of ${own.filter(isReady).length}`)
  }
  for (const d of lister.list<Workload>(deployment as never)) {
    if (d.metadata.deletionTimestamp !== undefined) continue
    const sets = lister.list<Workload>(replicaSet as never, d.metadata.namespace).filter(s => controllerOf(s)?.uid === d.metadata.uid)
    const count = (key: string): number => sets.reduce((sum, s) => sum + Number(s.status?.[key] ?? 0), 0)
    for (const key of ['replicas', 'readyReplicas', 'availableReplicas']) if (Number(d.status?.[key] ?? 0) !== count(key)) say(`Deployment ${id(d)} has ${key} ${d.status?.[key]}, its sets ${count(key)}`)
    if (d.status?.['observedGeneration'] !== d.metadata.generation) say(`Deployment ${id(d)} was not looked at`)
  }
  for (const s of lister.list<Workload>(statefulSet as never)) {
    if (s.metadata.deletionTimestamp !== undefined) continue
    const own = pods.filter(p => controllerOf(p)?.uid === s.metadata.uid)
    if (Number(s.status?.['replicas'] ?? 0) !== own.filter(p => !isFinished(p)).length) say(`StatefulSet ${id(s)} counts ${s.status?.['replicas']} of ${own.length}`)
  }
  for (const d of lister.list<Workload>(daemonSet as never)) {
    if (d.metadata.deletionTimestamp !== undefined) continue
    const ready = active(d.metadata.uid).filter(isReady).length
    if (Number(d.status?.['numberReady'] ?? 0) !== ready) say(`DaemonSet ${id(d)} counts ${d.status?.['numberReady']} ready of ${ready}`)
  }
  for (const j of lister.list<Workload>(job as never)) {
    if (j.metadata.deletionTimestamp !== undefined) continue
    const own = active(j.metadata.uid).length
    if (Number(j.status?.['active'] ?? 0) !== own) say(`Job ${id(j)} counts ${j.status?.['active']} active of ${own}`)
  }
  if (!cluster.engine.idle()) say('the cluster is not calm after it settled')
  return broken
}
