/** Which pods of a node a drain may remove, and which stop it. upstream: kubectl/pkg/drain/filters.go */
import { parseTime } from '../../base/clock'
import { notFound, StatusError } from '../../base/status'
import { UsageError } from '../../base/errors'
import type { Client } from '../../client/client'
import { controllerOf } from '../../kinds/kind'
import type { Pod } from '../../kinds/schema/types/core.v1'
import { listing } from '../resource-builder/list-error'
import { resourceOf } from '../resource-of'
import { isFinished } from '../../kinds/core/pod/state'

export interface PodRules {
  readonly force: boolean
  readonly ignoreDaemonSets: boolean
  readonly deleteEmptyDirData: boolean
  readonly podSelector: string
  /** Size of a list's pages; 0: whole. */
  readonly chunkSize: number
  /** 0: pods that have been terminating for long are waited for all the same. */
  readonly skipTerminatingAfterSeconds: number
}

export interface PodsToRemove {
  readonly pods: readonly Pod[]
  /** `ignoring DaemonSet-managed Pods: default/agent-x; …`, empty when there is nothing to say. */
  readonly warning: string
  /** Why the node cannot be drained. */
  readonly errors: readonly UsageError[]
}

type Verdict = { readonly remove: boolean; readonly warning?: string; readonly error?: string }
const OKAY: Verdict = { remove: true }
const MIRROR = 'kubernetes.io/config.mirror'

export async function podsToRemove(client: Client, node: string, rules: PodRules, nowMs: () => number): Promise<PodsToRemove> {
  const options = { fieldSelector: `spec.nodeName=${node}`, ...(rules.podSelector === '' ? {} : { labelSelector: rules.podSelector }) }
  const resource = resourceOf<Pod>('v1', 'Pod')
  const items: Pod[] = []
  for (let token: string | undefined; ; ) {
    const page = await listing(resource as never, options, client.list(resource, { ...options, limit: rules.chunkSize === 0 ? undefined : rules.chunkSize, continue: token }))
    items.push(...page.items)
    token = page.metadata.continue || undefined
    if (token === undefined) break
  }
  const pods: Pod[] = []
  const warnings = new Map<string, string[]>()
  const failures = new Map<string, string[]>()
  const note = (map: Map<string, string[]>, key: string, { metadata: { namespace, name } }: Pod): void => void map.set(key, [...(map.get(key) ?? []), `${namespace}/${name}`])
  for (const pod of items) {
    const verdict = await judge(pod, client, rules, nowMs())
    if (verdict.remove) pods.push({ ...pod, apiVersion: 'v1', kind: 'Pod' })
    if (verdict.warning !== undefined) note(warnings, verdict.warning, pod)
    if (verdict.error !== undefined) note(failures, verdict.error, pod)
  }
  const texts = (map: Map<string, string[]>): string[] => [...map].map(([key, names]) => `${key}: ${names.join(', ')}`)
  return { pods, warning: texts(warnings).join('; '), errors: texts(failures).map(text => new UsageError(`cannot delete ${text}`)) }
}

/** The rules in upstream's order; the first that forbids decides. */
async function judge(pod: Pod, client: Client, rules: PodRules, nowMs: number): Promise<Verdict> {
  if (terminatesTooLong(pod, rules.skipTerminatingAfterSeconds, nowMs)) return { remove: false }
  const isOver = isFinished(pod)
  const controller = controllerOf(pod)
  if (controller?.kind === 'DaemonSet' && controller.apiVersion === 'apps/v1' && !isOver) {
    const verdict = await judgeDaemonPod(pod, controller.name, client, rules)
    if (!verdict.remove) return verdict
  }
  if (pod.metadata.annotations?.[MIRROR] !== undefined) return { remove: false }
  if (isOver) return OKAY
  const localStorage = (pod.spec.volumes ?? []).some(v => v.emptyDir !== undefined)
  if (localStorage && !rules.deleteEmptyDirData) return { remove: false, error: 'Pods with local storage (use --delete-emptydir-data to override)' }
  // Only what the last rule says is told: warnings of the ones before are lost.
  if (controller !== undefined) return OKAY
  if (!rules.force) return { remove: false, error: 'Pods that declare no controller (use --force to override)' }
  return { remove: true, warning: 'deleting Pods that declare no controller' }
}

async function judgeDaemonPod({ metadata }: Pod, name: string, client: Client, rules: PodRules): Promise<Verdict> {
  const resource = resourceOf('apps/v1', 'DaemonSet')
  try {
    await client.get(resource, name, metadata.namespace)
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    if (error.reason === 'NotFound' && rules.force) return { remove: true, warning: notFound(resource, name).message }
    return { remove: false, error: error.message }
  }
  if (!rules.ignoreDaemonSets) return { remove: false, error: 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)' }
  return { remove: false, warning: 'ignoring DaemonSet-managed Pods' }
}

/** upstream: shouldSkipPod */
export function terminatesTooLong({ metadata }: Pod, limitSeconds: number, nowMs: number): boolean {
  if (limitSeconds <= 0 || metadata.deletionTimestamp === undefined) return false
  return Math.trunc((nowMs - parseTime(metadata.deletionTimestamp)) / 1000) > limitSeconds
}
