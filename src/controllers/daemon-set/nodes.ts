/** On which nodes a DaemonSet runs, and the pods that it sends there. Pure. upstream: pkg/controller/daemon/daemon_controller.go NodeShouldRunDaemonPod, util/daemonset_util.go */
import { daemonSet } from '../../kinds/apps/daemon-set/kind'
import { matchesNodeAffinity, untoleratedTaint } from '../../kinds/core/pod/placement'
import type { DaemonSet } from '../../kinds/schema/types/apps.v1'
import type { Node, NodeSelectorTerm, Pod, PodSpec, PodTemplateSpec, Toleration } from '../../kinds/schema/types/core.v1'
import { POD_REVISION } from '../history/revisions'
import { podFromTemplate } from '../pod-control/pod-control'

const TEMPLATE_GENERATION = 'pod-template-generation'
const DEPRECATED_GENERATION = 'deprecated.daemonset.template.generation'
const NODE_NAME = 'metadata.name'

export interface Placement {
  readonly shouldRun: boolean
  /** A pod that is there already may stay. */
  readonly mayStay: boolean
}
const NOWHERE: Placement = { shouldRun: false, mayStay: false }
const STAYS: Placement = { shouldRun: false, mayStay: true }
const HERE: Placement = { shouldRun: true, mayStay: true }

const tolerate = (name: string, effect: string): Toleration => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists', effect })
/** Daemons stay through what drives other pods away. upstream: AddOrUpdateDaemonPodTolerations */
const ALWAYS: readonly Toleration[] = [
  tolerate('not-ready', 'NoExecute'),
  tolerate('unreachable', 'NoExecute'),
  tolerate('disk-pressure', 'NoSchedule'),
  tolerate('memory-pressure', 'NoSchedule'),
  tolerate('pid-pressure', 'NoSchedule'),
  tolerate('unschedulable', 'NoSchedule'),
]

function tolerationsOf(spec: PodSpec): Toleration[] {
  const added = spec.hostNetwork === true ? [...ALWAYS, tolerate('network-unavailable', 'NoSchedule')] : ALWAYS
  const own = spec.tolerations ?? []
  const same = (a: Toleration, b: Toleration): boolean => a.key === b.key && a.effect === b.effect && (a.operator ?? 'Equal') === b.operator && (a.value ?? '') === '' && a.tolerationSeconds === undefined
  return [...own, ...added.filter(t => !own.some(o => same(o, t)))]
}

/** Answers by template and node: both are replaced, never changed, when they change. */
const answers = new WeakMap<PodTemplateSpec, WeakMap<Node, Placement>>()

export function placementOn(ds: DaemonSet, node: Node): Placement {
  const template = ds.spec?.template as PodTemplateSpec
  let known = answers.get(template)
  if (known === undefined) answers.set(template, (known = new WeakMap()))
  let answer = known.get(node)
  if (answer === undefined) known.set(node, (answer = place(template, node)))
  return answer
}

function place(template: PodTemplateSpec, node: Node): Placement {
  const spec = template.spec as PodSpec
  if ((spec.nodeName ?? '') !== '' && spec.nodeName !== node.metadata.name) return NOWHERE
  if (!matchesNodeAffinity({ metadata: { name: '' }, spec }, node)) return NOWHERE
  const tolerations = tolerationsOf(spec)
  if (untoleratedTaint(node.spec?.taints, tolerations, ['NoExecute', 'NoSchedule']) === undefined) return HERE
  return untoleratedTaint(node.spec?.taints, tolerations, ['NoExecute']) === undefined ? STAYS : NOWHERE
}

/** A pod that the scheduler can put on this node only. */
export function podFor(ds: DaemonSet, node: string, hash: string): Pod {
  const made = podFromTemplate(ds.spec?.template as PodTemplateSpec, daemonSet, ds)
  const generation = ds.metadata.annotations?.[DEPRECATED_GENERATION]
  const labels = { ...made.metadata.labels, ...(generation === undefined ? {} : { [TEMPLATE_GENERATION]: generation }), [POD_REVISION]: hash }
  return { metadata: { ...made.metadata, labels }, spec: { ...made.spec, affinity: pinned(made.spec.affinity, node), tolerations: tolerationsOf(made.spec) } }
}

/** upstream: ReplaceDaemonSetPodNodeNameNodeAffinity */
function pinned(affinity: PodSpec['affinity'], node: string): NonNullable<PodSpec['affinity']> {
  const matchFields = [{ key: NODE_NAME, operator: 'In', values: [node] }]
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  const terms: NodeSelectorTerm[] = required === undefined || required.nodeSelectorTerms.length === 0 ? [{ matchFields }] : required.nodeSelectorTerms.map(t => ({ ...t, matchFields }))
  return { ...affinity, nodeAffinity: { ...affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } }
}

/** The node that a daemon pod is on, or is meant for. upstream: GetTargetNodeName */
export function nodeOf(p: Pod): string | undefined {
  if ((p.spec.nodeName ?? '') !== '') return p.spec.nodeName
  const terms = p.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  for (const t of terms) for (const f of t.matchFields ?? []) if (f.key === NODE_NAME && f.operator === 'In' && f.values?.length === 1) return f.values[0]
  return undefined
}

export const isOfHash = (p: Pod, hash: string): boolean => p.metadata.labels?.[POD_REVISION] === hash
