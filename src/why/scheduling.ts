/** Why a pod has no node: what the scheduler's own plugins say of every node now, and what would change their minds. */
import type { Finding, NodeVerdicts } from '../client/why-report'
import { node as nodeKind } from '../kinds/core/node/kind'
import { keyOf } from '../kinds/kind'
import type { Node, Pod } from '../kinds/schema/types/core.v1'
import { explainScheduling, type Explanation } from '../scheduler/explain'
import { DEFAULT_SCHEDULER } from '../scheduler/profile'
import { fixesFor } from './plugin-fixes'
import { finding, inNamespace, type WhyParts } from './parts'

export function whyNoNode(pod: Pod, parts: WhyParts): { readonly findings: Finding[]; readonly nodes: readonly NodeVerdicts[] } {
  const name = pod.spec.schedulerName ?? DEFAULT_SCHEDULER
  const profile = parts.profiles.find(p => p.schedulerName === name)
  if (profile === undefined) return { findings: [finding(`no scheduler is called "${name}"`, [`there is ${parts.profiles.map(p => `"${p.schedulerName}"`).join(' and ')}`], ['spec.schedulerName cannot be changed: make the pod anew with the name of a scheduler that is there'])], nodes: [] }
  const explained = explainScheduling(profile, pod, parts)
  const { gate, refusal, nodes } = explained
  if (gate !== undefined) return { findings: [gateFinding(pod, gate)], nodes: [] }
  const all = parts.lister.list(nodeKind)
  if (all.length === 0) return { findings: [finding('the cluster has no nodes', [], ['kubottle node add NAME'])], nodes: [] }
  const findings: Finding[] = []
  if (refusal !== undefined) findings.push(finding(`${refusal.plugin} refuses it on every node: ${refusal.reasons.join(', ')}`, [], fixesFor(refusal.plugin, pod, all, parts)))
  const fitting = nodes.filter(n => n.fits).map(n => n.node)
  if (fitting.length > 0) findings.push(finding(`it fits on ${few(fitting)} by now`, ['the scheduler has not taken it up again yet: it waits for its back-off, or for time to pass'], ['kubottle clock +1m']))
  else findings.push(...refusalFindings(pod, explained, all, parts))
  return { findings, nodes }
}

function gateFinding(pod: Pod, { plugin, reasons }: NonNullable<Explanation['gate']>): Finding {
  const gates = (pod.spec.schedulingGates ?? []).map(g => g.name)
  if (gates.length === 0) return finding(`${plugin} keeps it from being looked at: ${reasons.join(', ')}`)
  return finding(`scheduling gates keep it from being looked at: ${gates.join(', ')}`, [], [
    `whoever set a gate takes it away; by hand: kubectl patch pod ${pod.metadata.name}${inNamespace(pod.metadata.namespace)} --type=json -p '[{"op":"remove","path":"/spec/schedulingGates"}]'`,
  ])
}

/** One finding a plugin that refuses some node, the one that refuses the most first. */
function refusalFindings(pod: Pod, { nodes }: Explanation, all: readonly Node[], parts: WhyParts): Finding[] {
  const byPlugin = new Map<string, { nodes: Node[]; reasons: Set<string>; alone: string[] }>()
  const named = new Map(all.map(n => [keyOf(n), n]))
  // What would help is told of the nodes that are nearest first.
  for (const against of nodes.map(n => n.verdicts.filter(v => v.code !== 'Success').map(v => ({ ...v, node: n.node }))).sort((a, b) => a.length - b.length)) {
    const node = against[0]?.node ?? ''
    for (const { plugin, reasons } of against) {
      const entry = byPlugin.get(plugin) ?? { nodes: [], reasons: new Set<string>(), alone: [] }
      const object = named.get(node)
      if (object !== undefined) entry.nodes.push(object)
      for (const r of reasons) entry.reasons.add(r)
      if (against.length === 1) entry.alone.push(node)
      byPlugin.set(plugin, entry)
    }
  }
  return [...byPlugin]
    .sort(([, a], [, b]) => b.alone.length - a.alone.length || b.nodes.length - a.nodes.length)
    .map(([plugin, { nodes: refused, reasons, alone }]) =>
      finding(
        `${plugin} refuses ${refused.length === all.length ? (all.length === 1 ? 'the only node' : `all ${all.length} nodes`) : `${refused.length} of ${all.length} nodes`}: ${[...reasons].join(', ')}`,
        alone.length > 0 && byPlugin.size > 1 ? [`nothing else is against ${few(alone)}`] : [],
        fixesFor(plugin, pod, refused, parts),
      ))
}

const MANY = 4
/** `a`, `a and b`, `a, b and 7 more`. */
export function few(names: readonly string[]): string {
  if (names.length <= MANY) return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  return `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
}
