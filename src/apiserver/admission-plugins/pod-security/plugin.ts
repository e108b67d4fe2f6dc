/** PodSecurity: pods keep to the level of their namespace, and workloads are told when theirs would not. upstream: pod-security-admission/admission */
import { deepEqual } from '../../../base/equal'
import { forbiddenRequest, invalid } from '../../../base/status'
import type { Lister } from '../../../client/lister'
import { namespace as namespaces } from '../../../kinds/core/namespace/kind'
import { pod as pods } from '../../../kinds/core/pod/kind'
import { controllerOf, type KubeObject, type ObjectMeta } from '../../../kinds/kind'
import type { CronJob } from '../../../kinds/schema/types/batch.v1'
import type { Container, Namespace, Pod, PodSpec, PodTemplate } from '../../../kinds/schema/types/core.v1'
import type { AdmissionPlugin, Attributes } from '../../admission'
import { detailText, reasonText, violations, type Violation } from './checks'
import { isFree, policyOf, policyText, sameLevelVersion, stricter, type LevelVersion } from './policy'

const IGNORED_SUBRESOURCES = new Set(['exec', 'attach', 'binding', 'eviction', 'log', 'portforward', 'proxy', 'status'])
/** Existing pods that are looked at when a namespace gets another level. */
const MAX_PODS = 3000

interface Template {
  readonly metadata: Pick<ObjectMeta, 'annotations'>
  readonly spec: PodSpec
}

export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  operations: ['CREATE', 'UPDATE'],
  resources: ['namespaces', 'pods', 'replicationcontrollers', 'podtemplates', 'replicasets.apps', 'deployments.apps', 'statefulsets.apps', 'daemonsets.apps', 'jobs.batch', 'cronjobs.batch'],
  validate(a, { lister }) {
    if (a.kind.plural === 'namespaces') return validateNamespace(a, lister)
    if (a.kind.plural === 'pods') return validatePod(a, lister)
    return validateWorkload(a, lister)
  },
}

function validateNamespace(a: Attributes, lister: Lister): void {
  if (a.subresource !== '') return
  const { labels, name } = (a.object as Namespace).metadata
  const { policy, errors } = policyOf(labels)
  if (a.previous === undefined) {
    if (errors.length > 0) throw invalid(a.kind, a.name, errors)
    return
  }
  if (labels === a.previous.metadata.labels) return
  const before = policyOf(a.previous.metadata.labels)
  if (errors.length > 0 && !deepEqual(errors, before.errors)) throw invalid(a.kind, a.name, errors)
  const [now, was] = [policy.enforce, before.policy.enforce]
  if (sameLevelVersion(now, was) || now.level === 'privileged' || (now.minor === was.minor && !stricter(now.level, was.level))) return
  a.request.warnings.push(...existingViolations(lister, name, now))
}

/** upstream: EvaluatePodsInNamespace */
function existingViolations(lister: Lister, namespace: string, enforce: LevelVersion): string[] {
  const found = byController(lister.list(pods, namespace))
  const checked = found.slice(0, MAX_PODS)
  const byWarning = new Map<string, string[]>()
  for (const p of checked) {
    const bad = violations(enforce, p)
    if (bad.length === 0) continue
    const warning = reasonText(bad)
    byWarning.set(warning, [...(byWarning.get(warning) ?? []), p.metadata.name])
  }
  const lines = [...byWarning].map(([warning, names]) => {
    const first = [...names].sort()[0] as string
    const others = names.length - 1
    return `${first}${others === 0 ? '' : ` (and ${others} other ${others === 1 ? 'pod' : 'pods'})`}: ${warning}`
  })
  return [
    ...(checked.length < found.length ? [`new PodSecurity enforce level only checked against the first ${checked.length} of ${found.length} existing pods`] : []),
    ...(lines.length > 0 ? [`existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${policyText(enforce)}"`] : []),
    ...lines.sort(),
  ]
}

/** One pod of each controller first, their brothers last. */
function byController(all: readonly Pod[]): Pod[] {
  const seen = new Set<string>()
  const first: Pod[] = []
  const rest: Pod[] = []
  for (const p of all) {
    const owner = controllerOf(p)
    if (owner !== undefined && seen.has(owner.uid)) rest.push(p)
    else first.push(p)
    if (owner !== undefined) seen.add(owner.uid)
  }
  return [...first, ...rest]
}

function validatePod(a: Attributes, lister: Lister): void {
  if (IGNORED_SUBRESOURCES.has(a.subresource)) return
  const { policy } = policyOf(lister.get(namespaces, a.namespace ?? '')?.metadata.labels)
  if (isFree(policy)) return
  const pod = a.object as Pod
  if (a.previous !== undefined && !isSignificant(pod.spec, (a.previous as Pod).spec)) return
  const enforced = violations(policy.enforce, pod)
  if (enforced.length > 0) throw forbiddenRequest(a.kind, a.name, violatesText(policy.enforce, enforced))
  warn(a, policy.warn, pod)
}

/** Of a running pod only images, and containers for debugging, can come to matter. */
function isSignificant(next: PodSpec, previous: PodSpec): boolean {
  const changed = (a: readonly Container[] = [], b: readonly Container[] = []): boolean => a.length !== b.length || a.some((c, i) => c.image !== b[i]?.image)
  if (changed(next.containers, previous.containers) || changed(next.initContainers, previous.initContainers)) return true
  return (next.ephemeralContainers ?? []).some(c => {
    const old = previous.ephemeralContainers?.find(o => o.name === c.name)
    return old === undefined || old.image !== c.image
  })
}

function validateWorkload(a: Attributes, lister: Lister): void {
  if (a.subresource !== '') return
  const { policy } = policyOf(lister.get(namespaces, a.namespace ?? '')?.metadata.labels)
  if (policy.warn.level === 'privileged') return
  const template = templateOf(a)
  if (template !== undefined) warn(a, policy.warn, template)
}

function templateOf({ kind, object }: Attributes): Template | undefined {
  if (kind.plural === 'cronjobs') return (object as CronJob).spec.jobTemplate.spec.template as Template
  if (kind.plural === 'podtemplates') return (object as PodTemplate).template as Template | undefined
  return (object as KubeObject & { spec?: { template?: Template } }).spec?.template
}

function warn(a: Attributes, level: LevelVersion, template: Template): void {
  const found = violations(level, { metadata: template.metadata ?? {}, spec: template.spec })
  if (found.length > 0) a.request.warnings.push(`would ${violatesText(level, found).replace('violates', 'violate')}`)
}

const violatesText = (level: LevelVersion, found: readonly Violation[]): string => `violates PodSecurity "${policyText(level)}": ${detailText(found)}`
