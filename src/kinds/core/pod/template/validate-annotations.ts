/** Annotations that mean something in a pod. upstream: pkg/apis/core/validation ValidatePodSpecificAnnotations, validateSeccompAnnotationsAndFields */
import { Path, type Findings } from '../../../../base/findings'
import { goQuote } from '../../../../base/field'
import type { PodSpec, SeccompProfile, Toleration } from '../../../schema/types/core.v1'
import { containerNamed, visitContainers } from './containers'
import type { PodOptions } from './options'
import { validateTolerations } from './validate-affinity'
import { localPath } from './validate-text'

export const MIRROR = 'kubernetes.io/config.mirror'
export const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'
export const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/'
export const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod'
export const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/'
const TOLERATIONS = 'scheduler.alpha.kubernetes.io/tolerations'

type Annotations = Readonly<Record<string, string>>

export function validatePodAnnotations(f: Findings, at: Path, annotations: Annotations | undefined, spec: PodSpec, options: PodOptions): void {
  if (annotations === undefined) return
  const mirror = annotations[MIRROR]
  if (mirror !== undefined && (spec.nodeName ?? '') === '') f.invalid(at.key(MIRROR), mirror, 'must set spec.nodeName if mirror pod annotation is set')
  if ((annotations[TOLERATIONS] ?? '') !== '') validateTolerationsAnnotation(f, at, annotations[TOLERATIONS] as string)
  const cost = annotations[DELETION_COST]
  if (cost !== undefined && options.allowInvalidDeletionCost !== true && !isDeletionCost(cost)) f.invalid(at.key(DELETION_COST), cost, 'must be a 32bit integer')
  if (annotations[SECCOMP_POD] !== undefined) seccomp(f, at.child(SECCOMP_POD), annotations[SECCOMP_POD])
  for (const key in annotations) if (key.startsWith(SECCOMP_CONTAINER)) seccomp(f, at.child(key), annotations[key] as string)
  for (const key in annotations) {
    if (!key.startsWith(APP_ARMOR)) continue
    const profile = annotations[key] as string
    const container = key.slice(APP_ARMOR.length)
    if (containerNamed(spec, container) === undefined) f.invalid(at.key(key), container, 'container not found')
    if (profile !== '' && profile !== 'runtime/default' && profile !== 'unconfined' && !profile.startsWith('localhost/')) f.invalid(at.key(key), profile, `invalid AppArmor profile name: ${goQuote(profile)}`)
  }
}

function validateTolerationsAnnotation(f: Findings, at: Path, text: string): void {
  try {
    validateTolerations(f, at.child(TOLERATIONS), JSON.parse(text) as Toleration[])
  } catch (e) {
    f.invalid(at, TOLERATIONS, (e as Error).message)
  }
}

/** The cost of deleting a pod: a whole number without a sign or zeros in front. upstream: helper.GetDeletionCostFromPodAnnotations */
export function isDeletionCost(text: string): boolean {
  if (!/^-?[0-9]+$/.test(text) || /^-?0[0-9]/.test(text)) return false
  const n = Number(text)
  return n >= -2147483648 && n <= 2147483647
}

function seccomp(f: Findings, at: Path, profile: string): void {
  if (profile === 'runtime/default' || profile === 'docker/default' || profile === 'unconfined') return
  if (profile.startsWith('localhost/')) localPath(f, at, profile.slice('localhost/'.length))
  else f.invalid(at, profile, 'must be a valid seccomp profile')
}

/** Fields and annotations of one meaning must say the same. */
export function validateProfilesMatch(f: Findings, at: Path, annotations: Annotations | undefined, spec: PodSpec): void {
  if (annotations === undefined) return
  const ofPod = spec.securityContext?.seccompProfile
  if (ofPod !== undefined) match(f, at.child('securityContext').child('seccompProfile'), 'seccomp', annotations[SECCOMP_POD], ofPod)
  visitContainers(spec, at, (c, containerAt) => match(f, containerAt.child('securityContext').child('seccompProfile'), 'seccomp', annotations[SECCOMP_CONTAINER + c.name], c.securityContext?.seccompProfile))
  if (spec.os?.name === 'windows') return
  visitContainers(spec, at, (c, containerAt) =>
    match(f, containerAt.child('securityContext').child('appArmorProfile'), 'apparmor', annotations[APP_ARMOR + c.name], c.securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile))
}

function match(f: Findings, at: Path, what: 'seccomp' | 'apparmor', annotation: string | undefined, profile: SeccompProfile | undefined): void {
  if (annotation === undefined || profile === undefined) return
  const differentType = (): void => f.forbidden(at.child('type'), `${what} type in annotation and field must match`)
  if (profile.type === 'Unconfined' && annotation !== 'unconfined') differentType()
  if (profile.type === 'RuntimeDefault' && annotation !== 'runtime/default' && !(what === 'seccomp' && annotation === 'docker/default')) differentType()
  if (profile.type !== 'Localhost') return
  if (!annotation.startsWith('localhost/')) differentType()
  else if (profile.localhostProfile !== annotation.slice('localhost/'.length)) f.forbidden(at.child('localhostProfile'), `${what} profile in annotation and field must match`)
}

/** What an update may not do with them. upstream: ValidatePodSpecificAnnotationUpdates */
export function validateAnnotationsUpdate(f: Findings, next: Annotations = {}, previous: Annotations = {}): void {
  const at = Path.of('metadata').child('annotations')
  const guard = (key: string, appArmor: string, mirror: string): void => {
    if (key.startsWith(APP_ARMOR)) f.forbidden(at.key(key), appArmor)
    if (key === MIRROR) f.forbidden(at.key(key), mirror)
  }
  for (const key in previous) if (next[key] !== previous[key]) guard(key, 'may not remove or update AppArmor annotations', 'may not remove or update mirror pod annotation')
  for (const key in next) if (previous[key] === undefined) guard(key, 'may not add AppArmor annotations', 'may not add mirror pod annotation')
}
