/** Answers `kubottle why`: looks at an object as the scheduler, kubelets, controllers and the network do, and says what is in the way. */
import { notFound } from '../base/status'
import { UsageError } from '../base/errors'
import type { Finding, WhyReport, WhyTarget } from '../client/why-report'
import { node as nodeKind } from '../kinds/core/node/kind'
import { isOff } from '../kinds/core/node/power'
import { isNodeReady } from '../kinds/core/node/state'
import { persistentVolumeClaim } from '../kinds/core/persistent-volume-claim/kind'
import { pod as podKind } from '../kinds/core/pod/kind'
import { isReady } from '../kinds/core/pod/state'
import { service as serviceKind } from '../kinds/core/service/kind'
import type { Kind, KubeObject } from '../kinds/kind'
import type { Node, Pod } from '../kinds/schema/types/core.v1'
import { whyClaimWaits } from './claims'
import { whyContainers } from './containers'
import { finding, inNamespace, type WhyParts } from './parts'
import { few, whyNoNode } from './scheduling'
import { whyService, whyUnreachable } from './reachability'
import { podsOf, whyFewer, type Workload } from './workload'

/** Of a workload, so many pods are explained one by one. */
const MANY = 3

/** Throws 404, and UsageError for a kind of which there is nothing to tell. */
export async function explain({ group, plural, namespace, name }: WhyTarget, kind: Kind, parts: WhyParts): Promise<WhyReport> {
  const object = parts.lister.get(kind, name, namespace) as KubeObject | undefined
  if (object === undefined) throw notFound(kind, name)
  const subject = `${kind.singular}/${name}`
  const report = (state: string, findings: readonly Finding[], nodes: WhyReport['nodes'] = []): WhyReport => ({ subject, state, findings, nodes })
  if (kind === (podKind as unknown)) {
    const { state, findings, nodes } = explainPod(object as Pod, parts)
    return report(state, findings, nodes)
  }
  if (kind === (serviceKind as unknown)) {
    const { state, findings } = whyService(object as never, parts)
    return report(state, findings)
  }
  if (kind === (persistentVolumeClaim as unknown)) return report(`it is ${(object as { status?: { phase?: string } }).status?.phase ?? 'Pending'}`, whyClaimWaits(object as never, parts))
  if (kind === (nodeKind as unknown)) return report(isNodeReady(object as Node) ? 'it is Ready' : 'it is not Ready', whyNode(object as Node))
  if (group === 'apps' || plural === 'replicationcontrollers' || plural === 'jobs') return explainWorkload(object as Workload, subject, parts)
  throw new UsageError(`there is nothing to tell of ${plural}: ask of pods, workloads, services, persistentvolumeclaims or nodes`)
}

function explainPod(pod: Pod, parts: WhyParts): Pick<WhyReport, 'state' | 'findings' | 'nodes'> {
  const phase = pod.status?.phase ?? 'Pending'
  const nodeName = pod.spec.nodeName ?? ''
  if (pod.metadata.deletionTimestamp !== undefined) return { state: 'it is being deleted', findings: whyStillThere(pod, parts), nodes: [] }
  if (phase === 'Succeeded') return { state: 'it has done its work', findings: [], nodes: [] }
  if (nodeName === '') return { state: 'it waits for a node', ...whyNoNode(pod, parts) }
  const findings = [...whyItsNode(nodeName, parts), ...whyContainers(pod, parts)]
  if (phase === 'Failed') return { state: `it has failed on ${nodeName}${pod.status?.reason === undefined ? '' : `: ${pod.status.reason}`}`, findings, nodes: [] }
  const ready = isReady(pod)
  for (const { conditionType } of pod.spec.readinessGates ?? [])
    if (!pod.status?.conditions?.some(c => c.type === conditionType && c.status === 'True')) findings.push(finding(`its readiness gate ${conditionType} is not True`, ['a controller of somebody else sets that condition']))
  const state = phase === 'Pending' ? `it is on ${nodeName}, and has not started` : ready ? `it runs on ${nodeName} and is ready` : `it runs on ${nodeName} and is not ready`
  return { state, findings: ready ? [...findings, ...whyUnreachable(pod, parts)] : findings, nodes: [] }
}

function whyItsNode(name: string, { lister }: WhyParts): Finding[] {
  const node = lister.get(nodeKind, name)
  if (node === undefined) return [finding(`its node ${name} does not exist`, ['a pod without a node is removed after a while'], [`kubottle node add ${name}`])]
  return whyNode(node)
}

function whyNode(node: Node): Finding[] {
  const { name } = node.metadata
  if (isOff(node)) return [finding(`the machine ${name} is switched off`, [], [`kubottle node start ${name}`])]
  const pressures = (node.status?.conditions ?? []).filter(c => c.type.endsWith('Pressure') && c.status === 'True').map(c => c.type)
  return [
    ...(isNodeReady(node) ? [] : [finding(`the node ${name} is not Ready`, (node.status?.conditions ?? []).filter(c => c.type === 'Ready').map(c => `${c.reason ?? ''}: ${c.message ?? ''}`))]),
    ...pressures.map(p => finding(`the node ${name} has ${p}`, ['its kubelet evicts pods and takes no new ones'], [`kubottle node pressure ${name} ${p.replace('Pressure', '').toLowerCase()} --off`])),
    ...(node.spec?.unschedulable === true ? [finding(`the node ${name} is cordoned`, ['no new pods come here'], [`kubectl uncordon ${name}`])] : []),
  ]
}

function whyStillThere(pod: Pod, parts: WhyParts): Finding[] {
  const { finalizers = [], name, namespace, deletionTimestamp } = pod.metadata
  const out = whyItsNode(pod.spec.nodeName ?? '', parts).filter(f => pod.spec.nodeName !== undefined && f.problem !== '')
  if (finalizers.length > 0) out.push(finding(`finalizers keep it: ${finalizers.join(', ')}`, ['each is taken away by whoever put it there'], [`by hand: kubectl patch pod ${name}${inNamespace(namespace)} --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]'`]))
  if (parts.nowMs() < Date.parse(deletionTimestamp as string)) out.push(finding(`its containers have until ${deletionTimestamp} to end`, [`its grace period is ${pod.metadata.deletionGracePeriodSeconds} s`], ['wait', `kubectl delete pod ${name}${inNamespace(namespace)} --grace-period=0 --force`]))
  return out
}

async function explainWorkload(owner: Workload, subject: string, parts: WhyParts): Promise<WhyReport> {
  const pods = podsOf(owner, parts)
  const troubled = pods.map(p => ({ p, ...explainPod(p, parts) })).filter(({ findings, p }) => findings.length > 0 && p.status?.phase !== 'Succeeded')
  const findings = await whyFewer(owner, pods, parts)
  for (const { p, state, findings: own } of troubled.slice(0, MANY)) findings.push(...own.map(f => finding(`pod ${p.metadata.name}: ${state}: ${f.problem}`, f.details, f.fixes)))
  if (troubled.length > MANY) findings.push(finding(`${troubled.length - MANY} more of its pods have trouble: ${few(troubled.slice(MANY).map(t => t.p.metadata.name))}`))
  const nodes = troubled.find(t => t.nodes.length > 0)?.nodes ?? []
  const ready = pods.filter(isReady).length
  return { subject, state: `it has ${pods.length} ${pods.length === 1 ? 'pod' : 'pods'}, ${ready} of them ready`, findings, nodes }
}
