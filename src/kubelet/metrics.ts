/** What pods and nodes use, at the last scrape: by what runs in them, or as somebody declared it. upstream: metrics-server/pkg/scraper, pkg/storage */
import { parseTime, type Clock } from '../base/clock'
import { milliValueOfQuantity, QuantityError, valueOfQuantity } from '../base/quantity'
import { selectorOfObject, type LabelSelectorObject } from '../base/label-selector'
import type { Lister } from '../client/lister'
import { LOAD, METRIC_PREFIX, type Metrics, type NodeSample, type PodSample, type Usage } from '../client/metrics'
import { isOff } from '../kinds/core/node/power'
import { node as nodeKind } from '../kinds/core/node/kind'
import { pod as podKind } from '../kinds/core/pod/kind'
import { controllerOf, type KubeObject, type Resource } from '../kinds/kind'
import type { Container, ContainerStatus, Node, Pod } from '../kinds/schema/types/core.v1'
import { isNodeReady } from '../kinds/core/node/state'
import { selectedPods } from '../client/selected-pods'

/** upstream: --metric-resolution */
const SCRAPE_MS = 15_000
/** A container that does nothing to speak of. */
const IDLE: Usage = { cpuMillis: 1, memoryBytes: 1.5 * 1024 * 1024 }
/** What a node's own programs use. */
const SYSTEM: Usage = { cpuMillis: 45, memoryBytes: 420 * 1024 * 1024 }

export interface MetricsParts {
  readonly lister: () => Lister
  readonly clock: Clock
  /** What runs in a container, by its id; undefined where nothing runs (lifecycle `fast`). */
  usage(containerId: string): Usage | undefined
  kindOf(apiVersion: string, kind: string): Resource | undefined
}

export function createMetrics({ lister, clock, usage, kindOf }: MetricsParts): Metrics {
  /** The last round of scraping that is over. */
  const scrapedMs = (): number => Math.floor(clock.now() / SCRAPE_MS) * SCRAPE_MS
  const alive = (n: Node): boolean => !isOff(n) && isNodeReady(n)

  /** Two samples make a rate: who began after the last but one has none. */
  const measured = (s: ContainerStatus, atMs: number): boolean => s.state?.running !== undefined && parseTime(s.state.running.startedAt ?? '') <= atMs - SCRAPE_MS

  const ofPod = (pod: Pod): PodSample | undefined => {
    if (pod.status?.phase !== 'Running' || pod.spec.nodeName === undefined) return undefined
    const n = lister().get(nodeKind, pod.spec.nodeName)
    if (n === undefined || !alive(n)) return undefined
    const atMs = scrapedMs()
    const sidecars = (pod.status.initContainerStatuses ?? []).filter(s => s.state?.running !== undefined)
    const statuses = [...(pod.status.containerStatuses ?? []).filter(s => s.state?.terminated === undefined), ...sidecars]
    if (statuses.length === 0 || !statuses.every(s => measured(s, atMs))) return undefined
    const declared = declaredLoad(pod, lister(), kindOf)
    const specs = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
    const containers = statuses.map(s => {
      const spec = specs.find(c => c.name === s.name)
      const used = usage(s.containerID?.replace('containerd://', '') ?? '') ?? IDLE
      return { name: s.name, ...limited({ ...used, ...declared(s.name, pod.spec.containers[0]?.name === s.name) }, spec) }
    })
    return { atMs, windowMs: SCRAPE_MS, containers }
  }

  const ofNode = (n: Node): NodeSample | undefined => {
    const atMs = scrapedMs()
    if (!alive(n) || parseTime(n.metadata.creationTimestamp) > atMs - SCRAPE_MS) return undefined
    let { cpuMillis, memoryBytes } = SYSTEM
    for (const p of lister().byIndex(podKind, 'node', n.metadata.name)) {
      for (const c of ofPod(p)?.containers ?? []) {
        cpuMillis += c.cpuMillis
        memoryBytes += c.memoryBytes
      }
    }
    return { atMs, windowMs: SCRAPE_MS, cpuMillis: Math.min(cpuMillis, milliValueOfQuantity(n.status?.capacity?.['cpu'] ?? '1')), memoryBytes: Math.min(memoryBytes, valueOfQuantity(n.status?.capacity?.['memory'] ?? '1Gi')) }
  }

  return { ofPod, ofNode, named: declaredMetric }
}

/** A CPU limit throttles. A memory limit kills, which is the kubelet's to do: here it only bounds what is told. */
function limited({ cpuMillis, memoryBytes }: Usage, spec: Container | undefined): Usage {
  const { cpu, memory } = spec?.resources?.limits ?? {}
  return { cpuMillis: cpu === undefined ? cpuMillis : Math.min(cpuMillis, milliValueOfQuantity(cpu)), memoryBytes: memory === undefined ? memoryBytes : Math.min(memoryBytes, valueOfQuantity(memory)) }
}

/** `cpu=200m,memory=64Mi`, `web:cpu=1;sidecar:memory=1Gi`: by container, '' for the first one. What is no quantity is left out. */
export function parseLoad(text: string): ReadonlyMap<string, Partial<Usage>> {
  const found = new Map<string, Partial<Usage>>()
  for (const part of text.split(';')) {
    const colon = part.indexOf(':')
    const container = colon < 0 ? '' : part.slice(0, colon).trim()
    let load: Partial<Usage> = {}
    for (const [, resource, amount] of part.slice(colon + 1).matchAll(/(cpu|memory)\s*=\s*([^,\s]+)/g)) {
      try {
        load = resource === 'cpu' ? { ...load, cpuMillis: milliValueOfQuantity(amount as string) } : { ...load, memoryBytes: valueOfQuantity(amount as string) }
      } catch (e) {
        if (!(e instanceof QuantityError)) throw e
      }
    }
    found.set(container, load)
  }
  return found
}

/** A pod's own load is its own; that of a workload is shared by the pods of it that run. */
export function declaredLoad(pod: Pod, lister: Lister, kindOf: MetricsParts['kindOf']): (container: string, first: boolean) => Partial<Usage> {
  const own = pod.metadata.annotations?.[LOAD]
  let load = own === undefined ? undefined : parseLoad(own)
  let share = 1
  if (load === undefined) {
    // The topmost counts: a ReplicaSet keeps annotations that its Deployment has lost.
    let top: KubeObject | undefined
    for (let owner = ownerOf(pod, lister, kindOf); owner !== undefined; owner = ownerOf(owner, lister, kindOf)) top = owner
    const text = top?.metadata.annotations?.[LOAD]
    if (text !== undefined) {
      load = parseLoad(text)
      share = Math.max(1, running(top as KubeObject, lister))
    }
  }
  if (load === undefined) return () => ({})
  const given = load
  return (container, first) => {
    const { cpuMillis, memoryBytes } = given.get(container) ?? (first ? given.get('') : undefined) ?? {}
    return { ...(cpuMillis === undefined ? {} : { cpuMillis: cpuMillis / share }), ...(memoryBytes === undefined ? {} : { memoryBytes: memoryBytes / share }) }
  }
}

function ownerOf(object: KubeObject, lister: Lister, kindOf: MetricsParts['kindOf']): KubeObject | undefined {
  const owner = controllerOf(object)
  const kind = owner === undefined ? undefined : kindOf(owner.apiVersion, owner.kind)
  return owner === undefined || kind === undefined ? undefined : lister.get(kind, owner.name, object.metadata.namespace)
}

function running(workload: KubeObject, lister: Lister): number {
  const { selector } = (workload as { spec?: { selector?: LabelSelectorObject } }).spec ?? {}
  if (selector === undefined) return 1
  return selectedPods(lister, workload.metadata.namespace as string, selectorOfObject(selector)).filter(p => p.status?.phase === 'Running' && p.metadata.deletionTimestamp === undefined).length
}

function declaredMetric(object: KubeObject, metric: string): number | undefined {
  const text = object.metadata.annotations?.[`${METRIC_PREFIX}${metric}`]
  if (text === undefined) return undefined
  try {
    return milliValueOfQuantity(text)
  } catch {
    return undefined
  }
}
