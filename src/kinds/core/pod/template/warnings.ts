/** What is accepted in a pod or a pod template but hardly meant so. upstream: pkg/api/pod/warnings.go */
import type { Path } from '../../../../base/findings'
import { goJsonString } from '../../../../base/go-text'
import { canonicalQuantity, milliValueOfQuantity } from '../../../../base/quantity'
import type { Affinity, Container, PersistentVolumeClaimSpec, PodAffinity, PodSpec, PodTemplateSpec, Volume } from '../../../schema/types/core.v1'
import type { ObjectMeta } from '../../../schema/types/meta.v1'
import { visitContainers } from './containers'
import { nodeSelectorTermWarnings, renamedNodeLabel } from './node-labels'
import { portWarnings } from './port-warnings'
import { APP_ARMOR, SECCOMP_CONTAINER, SECCOMP_POD } from './validate-annotations'
import { overlapWarnings } from './volume-overlap'

const ANNOTATIONS: readonly (readonly [string, string])[] = [
  ['scheduler.alpha.kubernetes.io/critical-pod', 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  ['security.alpha.kubernetes.io/unsafe-sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
]
const VOLUMES: readonly (readonly [keyof Volume, string])[] = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
]
const NO_POD = 'a null labelSelector results in matching no pod'

/** `path` is where the template stands. */
export const podTemplateWarnings = (template: PodTemplateSpec | undefined, path: Path): Iterable<string> =>
  template?.spec === undefined ? [] : podWarnings(path, template.spec, (template.metadata ?? {}) as ObjectMeta, true)

/** Of a pod (`path` is the root) or a template. */
export function* podWarnings(path: Path, spec: PodSpec, metadata: ObjectMeta, isTemplate: boolean): Iterable<string> {
  const at = path.child('spec')
  const annotations = metadata.annotations ?? {}
  yield* placementWarnings(at, spec)
  for (const [key, text] of ANNOTATIONS) if (Object.hasOwn(annotations, key)) yield `${path.child('metadata').child('annotations').key(key)}: ${text}`
  yield* volumeWarnings(at, spec)
  yield* listWarnings(at, spec)
  yield* fractions(at.child('overhead'), spec.overhead)
  if (Object.hasOwn(annotations, SECCOMP_POD) && spec.securityContext?.seccompProfile === undefined) yield seccomp(path, SECCOMP_POD)
  yield* containerWarnings(path, spec, annotations, isTemplate)
  yield* portWarnings(at, spec)
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) yield `${at.child('terminationGracePeriodSeconds')}: must be >= 0; negative values are invalid and will be treated as 1`
  if (spec.affinity !== undefined) yield* affinityWarnings(at.child('affinity'), spec.affinity)
}

function* placementWarnings(at: Path, spec: PodSpec): Iterable<string> {
  for (const key of Object.keys(spec.nodeSelector ?? {})) {
    const renamed = renamedNodeLabel(key)
    if (renamed !== undefined) yield `${at.child('nodeSelector').key(key)}: ${renamed}`
  }
  const node = spec.affinity?.nodeAffinity
  if (node !== undefined) {
    const path = at.child('affinity').child('nodeAffinity')
    const required = path.child('requiredDuringSchedulingIgnoredDuringExecution').child('nodeSelectorTerms')
    for (const [i, term] of (node.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []).entries()) yield* nodeSelectorTermWarnings(term, false, required.at(i))
    const preferred = path.child('preferredDuringSchedulingIgnoredDuringExecution')
    for (const [i, term] of (node.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) yield* nodeSelectorTermWarnings(term.preference, true, preferred.at(i).child('preference'))
  }
  for (const [i, c] of (spec.topologySpreadConstraints ?? []).entries()) {
    const path = at.child('topologySpreadConstraints').at(i)
    const renamed = renamedNodeLabel(c.topologyKey)
    if (renamed !== undefined) yield `${path.child('topologyKey')}: ${c.topologyKey} is ${renamed}`
    if (c.labelSelector === undefined) yield `${path.child('labelSelector')}: ${NO_POD}`
  }
}

function* volumeWarnings(at: Path, spec: PodSpec): Iterable<string> {
  for (const [i, volume] of (spec.volumes ?? []).entries()) {
    const path = at.child('volumes').at(i)
    for (const [source, text] of VOLUMES) if (volume[source] !== undefined) yield `${path.child(source === 'storageos' ? 'storageOS' : source)}: ${text}`
    const claim = volume.ephemeral?.volumeClaimTemplate
    if (claim !== undefined) yield* claimSpecWarnings(path.child('ephemeral').child('volumeClaimTemplate').child('spec'), claim.spec)
  }
  for (const volume of spec.volumes ?? []) yield* overlapWarnings(volume)
}

/** upstream: pkg/api/persistentvolumeclaim/util.go GetWarningsForPersistentVolumeClaimSpec */
export function* claimSpecWarnings(path: Path, spec: PersistentVolumeClaimSpec | undefined): Iterable<string> {
  for (const list of ['requests', 'limits'] as const) {
    const amount = spec?.resources?.[list]?.storage
    if (amount !== undefined) yield* fraction(path.child('resources').child(list), 'storage', amount)
  }
}

function* listWarnings(at: Path, spec: PodSpec): Iterable<string> {
  for (const [i, ip] of repeated(spec.hostAliases?.map(a => a.ip ?? ''))) yield `${at.child('hostAliases').at(i).child('ip')}: duplicate ip ${goJsonString(ip)}`
  const secrets = spec.imagePullSecrets?.map(s => s.name ?? '')
  for (const [i, name] of repeated(secrets)) yield `${at.child('imagePullSecrets').at(i).child('name')}: duplicate name ${goJsonString(name)}`
  for (const [i, name] of (secrets ?? []).entries()) if (name === '') yield `${at.child('imagePullSecrets').at(i).child('name')}: invalid empty name ""`
}

function* repeated(names: readonly string[] = []): Iterable<[number, string]> {
  const seen = new Set<string>()
  for (const [i, name] of names.entries()) {
    if (seen.has(name)) yield [i, name]
    seen.add(name)
  }
}

function containerWarnings(path: Path, spec: PodSpec, annotations: Readonly<Record<string, string>>, isTemplate: boolean): string[] {
  const found: string[] = []
  const annotated = Object.keys(annotations).length > 0
  visitContainers(spec, path.child('spec'), (c, at) => {
    if (annotated && c.securityContext?.seccompProfile === undefined && Object.hasOwn(annotations, SECCOMP_CONTAINER + c.name)) found.push(seccomp(path, SECCOMP_CONTAINER + c.name))
    if (annotated && Object.hasOwn(annotations, APP_ARMOR + c.name) && warnsOfAppArmor(c, spec, isTemplate)) {
      found.push(`${path.child('metadata').child('annotations').key(APP_ARMOR + c.name)}: deprecated since v1.30; use the "appArmorProfile" field instead`)
    }
    for (const list of ['limits', 'requests'] as const) found.push(...fractions(at.child('resources').child(list), c.resources?.[list]))
    if ((c.env ?? []).length > 1) found.push(...hiddenVariables(at.child('env'), c))
  })
  return found
}

// A pod's annotation has been copied to its field before the warnings are asked for; a pod that gives both is warned as well.
const warnsOfAppArmor = (c: Pick<Container, 'securityContext'>, spec: PodSpec, isTemplate: boolean): boolean =>
  isTemplate ? spec.securityContext?.appArmorProfile === undefined && c.securityContext?.appArmorProfile === undefined : spec.os?.name !== 'windows' && (c.securityContext?.appArmorProfile !== undefined || spec.securityContext?.appArmorProfile === undefined)

const seccomp = (path: Path, key: string): string => `${path.child('metadata').child('annotations').key(key)}: non-functional in v1.27+; use the "seccompProfile" field instead`

function* fractions(path: Path, amounts: Readonly<Record<string, string>> | undefined): Iterable<string> {
  if (amounts === undefined) return
  for (const name of ['memory', 'ephemeral-storage']) if (amounts[name] !== undefined) yield* fraction(path, name, amounts[name])
}

function* fraction(path: Path, name: string, amount: string): Iterable<string> {
  if (milliValueOfQuantity(amount) % 1000 !== 0) yield `${path.key(name)}: fractional byte value ${goJsonString(canonicalQuantity(amount))} is invalid, must be an integer`
}

function* hiddenVariables(path: Path, c: Pick<Container, 'env'>): Iterable<string> {
  const seen = new Set<string>()
  for (const [i, { name, value, valueFrom }] of (c.env ?? []).entries()) {
    const reference = `$(${name})`
    const hides = valueFrom !== undefined || value === reference || !(value ?? '').includes(reference)
    if (seen.has(name) && hides) yield `${path.at(i)}: hides previous definition of ${goJsonString(name)}, which may be dropped when using apply`
    seen.add(name)
  }
}

function* affinityWarnings(path: Path, { podAffinity, podAntiAffinity }: Affinity): Iterable<string> {
  yield* podAffinityWarnings(path.child('podAffinity'), podAffinity)
  yield* podAffinityWarnings(path.child('podAntiAffinity'), podAntiAffinity)
}

function* podAffinityWarnings(path: Path, affinity: PodAffinity | undefined): Iterable<string> {
  const required = path.child('requiredDuringSchedulingIgnoredDuringExecution')
  for (const [i, term] of (affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).entries()) if (term.labelSelector === undefined) yield `${required.at(i).child('labelSelector')}: ${NO_POD}`
  const preferred = path.child('preferredDuringSchedulingIgnoredDuringExecution')
  for (const [i, term] of (affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
    if (term.podAffinityTerm?.labelSelector === undefined) yield `${preferred.at(i).child('podAffinityTerm').child('labelSelector')}: ${NO_POD}`
  }
}
