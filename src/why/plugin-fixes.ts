/** What would change a plugin's mind about a pod: worked out from the pod, the nodes that it refused, and what is on them. */
import { pod as podKind } from '../kinds/core/pod/kind'
import { amountOf, NODE_USE, podRequests } from '../kinds/core/pod/use'
import { untoleratedTaint } from '../kinds/core/pod/placement'
import type { Node, Pod } from '../kinds/schema/types/core.v1'
import { whyUnbound } from './claims'
import type { WhyParts } from './parts'

const REPELLING = ['NoSchedule', 'NoExecute']
/** So many commands are told; more would not be read. */
const MANY = 3
const MEBI = 1024 * 1024

type Fixes = (pod: Pod, nodes: readonly Node[], parts: WhyParts) => string[]

const FIXES: Readonly<Record<string, Fixes>> = {
  NodeUnschedulable: (_, nodes) => some(nodes.filter(n => n.spec?.unschedulable === true).map(n => `kubectl uncordon ${n.metadata.name}`)),
  NodeName: ({ spec }) => [`it wants the node ${spec.nodeName ?? ''} and no other`],
  TaintToleration: taints,
  NodeAffinity: labels,
  NodeResourcesFit: room,
  NodePorts: ports,
  VolumeBinding: (pod, _, parts) => (pod.spec.volumes ?? []).flatMap(v => {
    const claim = v.persistentVolumeClaim?.claimName ?? (v.ephemeral === undefined ? undefined : `${pod.metadata.name}-${v.name}`)
    return claim === undefined ? [] : whyUnbound(claim, pod.metadata.namespace as string, parts).flatMap(f => [f.problem, ...f.fixes])
  }),
  VolumeZone: () => ['its volume lies in another zone than the nodes that are free: add a node in the zone that the PersistentVolume names'],
  PodTopologySpread: ({ spec }) => (spec.topologySpreadConstraints ?? []).filter(c => c.whenUnsatisfiable === 'DoNotSchedule').map(c => `add nodes in the ${c.topologyKey} with the fewest of these pods, raise maxSkew ${c.maxSkew}, or set whenUnsatisfiable: ScheduleAnyway`),
  InterPodAffinity: affinity,
  DynamicResources: () => ['its resource claims are not allocated: no driver of devices works in this cluster'],
}

export function fixesFor(plugin: string, pod: Pod, nodes: readonly Node[], parts: WhyParts): string[] {
  return FIXES[plugin]?.(pod, nodes, parts) ?? []
}

const some = (list: readonly string[]): string[] => (list.length <= MANY ? [...list] : [...list.slice(0, MANY), `… and the same for ${list.length - MANY} more`])

function taints({ spec }: Pod, nodes: readonly Node[]): string[] {
  const found = nodes.map(n => [n, untoleratedTaint(n.spec?.taints, spec.tolerations, REPELLING)] as const).filter(([, taint]) => taint !== undefined)
  const texts = new Set(found.map(([, t]) => `${t?.key}${(t?.value ?? '') === '' ? '' : `=${t?.value}`}:${t?.effect}`))
  return [
    ...[...texts].map(text => `tolerate ${text} in spec.tolerations`),
    ...some(found.filter(([, t]) => !(t?.key ?? '').startsWith('node.kubernetes.io/')).map(([n, t]) => `kubectl taint nodes ${n.metadata.name} ${t?.key}:${t?.effect}-`)),
    ...some(found.filter(([, t]) => t?.key === 'node.kubernetes.io/unreachable' || t?.key === 'node.kubernetes.io/not-ready').map(([n]) => `kubottle node start ${n.metadata.name}`)),
  ]
}

function labels({ spec }: Pod, nodes: readonly Node[]): string[] {
  const out: string[] = []
  const first = nodes[0]?.metadata.name ?? 'NODE'
  const selector = Object.entries(spec.nodeSelector ?? {})
  const missing = selector.filter(([k, v]) => !nodes.some(n => n.metadata.labels?.[k] === v))
  if (missing.length > 0) out.push(`kubectl label node ${first} ${missing.map(([k, v]) => `${k}=${v}`).join(' ')}${missing.some(([k]) => nodes[0]?.metadata.labels?.[k] !== undefined) ? ' --overwrite' : ''}`)
  else if (selector.length > 0) out.push(`no node has all of ${selector.map(([k, v]) => `${k}=${v}`).join(', ')}`)
  for (const { matchExpressions = [] } of spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []) {
    const wished = matchExpressions.map(({ key, operator, values = [] }) => `${key} ${operator}${values.length === 0 ? '' : ` ${values.join(', ')}`}`)
    if (wished.length > 0) out.push(`a node whose labels meet: ${wished.join('; ')}`)
  }
  return out
}

/** What it asks for, beside the most that any node has left of it. */
function room({ spec }: Pod, nodes: readonly Node[], { lister }: WhyParts): string[] {
  const wished: Record<string, number> = { ...podRequests(spec), pods: 1 }
  const out: string[] = []
  for (const r in wished) {
    let most: { readonly node: string; readonly left: number; readonly all: number } | undefined
    for (const n of nodes) {
      const all = amountOf(r, n.status?.allocatable?.[r] ?? '0')
      const left = all - (lister.total(NODE_USE, n.metadata.name)?.[r] ?? 0)
      if (most === undefined || left > most.left) most = { node: n.metadata.name, left, all }
    }
    if (most === undefined || most.left >= (wished[r] as number)) continue
    const asked = `it asks for ${r} ${amountText(r, wished[r] as number)}; the most that is left is ${amountText(r, most.left)} of ${amountText(r, most.all)}, on ${most.node}`
    out.push(r === 'pods' ? `no node may have one pod more (${most.all} each)` : asked)
  }
  if (out.length > 0) out.push('ask for less, delete or scale down what is there, or add a machine: kubottle node add NAME')
  return out
}

const amountText = (resource: string, n: number): string => (resource === 'cpu' ? `${n}m` : resource === 'memory' || resource.endsWith('storage') ? `${Math.floor(n / MEBI)}Mi` : String(n))

function ports({ spec }: Pod, nodes: readonly Node[], { lister }: WhyParts): string[] {
  const wanted = new Set([...spec.containers, ...(spec.initContainers ?? [])].flatMap(c => c.ports ?? []).flatMap(p => (p.hostPort === undefined ? [] : [p.hostPort])))
  const holders = nodes.flatMap(n => lister.byIndex(podKind, 'node', n.metadata.name).flatMap(p => p.spec.containers.flatMap(c => c.ports ?? []).filter(o => o.hostPort !== undefined && wanted.has(o.hostPort)).map(o => `host port ${o.hostPort} of ${n.metadata.name} is taken by pod ${p.metadata.namespace}/${p.metadata.name}`)))
  return [...some(holders), 'a Service of type NodePort or LoadBalancer needs no host port']
}

function affinity({ spec }: Pod): string[] {
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {}
  const text = (selector: unknown): string => JSON.stringify(selector ?? {})
  return [
    ...(podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(t => `it wants to be in the same ${t.topologyKey} as a pod with ${text(t.labelSelector)}: let there be one, or prefer it only`),
    ...(podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(t => `it will not be in the same ${t.topologyKey} as a pod with ${text(t.labelSelector)}: add nodes, or prefer it only`),
    ...(podAntiAffinity === undefined && podAffinity === undefined ? ['pods that are there already will not be beside it: see their spec.affinity.podAntiAffinity'] : []),
  ]
}
