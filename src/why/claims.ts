/** Why a PersistentVolumeClaim has no volume: the binder's own rules, volume by volume. */
import type { Finding } from '../client/why-report'
import { candidatesFor, classOfClaim, classOfVolume, findMatchingVolume, isMeantFor, offersModes, sizeOf } from '../kinds/core/persistent-volume/matching'
import { persistentVolume } from '../kinds/core/persistent-volume/kind'
import { persistentVolumeClaim } from '../kinds/core/persistent-volume-claim/kind'
import { CLAIMS } from '../kinds/core/pod/claims'
import { pod as podKind } from '../kinds/core/pod/kind'
import type { PersistentVolume, PersistentVolumeClaim } from '../kinds/schema/types/core.v1'
import { newestDefaultClass, storageClass } from '../kinds/storage/storage-class/kind'
import { finding, inNamespace, type WhyParts } from './parts'

/** What is in the way of a claim; nothing where it is bound. */
export function whyUnbound(name: string, namespace: string, parts: WhyParts): Finding[] {
  const claim = parts.lister.get(persistentVolumeClaim, name, namespace)
  if (claim === undefined) return [finding(`there is no PersistentVolumeClaim ${name} in the namespace ${namespace}`, [], ['make it: kubectl apply -f a manifest of that claim'])]
  return whyClaimWaits(claim, parts)
}

export function whyClaimWaits(claim: PersistentVolumeClaim, parts: WhyParts): Finding[] {
  const { lister } = parts
  const { name, namespace } = claim.metadata
  if (claim.status?.phase === 'Bound') return []
  const subject = `PersistentVolumeClaim ${name}`
  if (claim.status?.phase === 'Lost') return [finding(`${subject} has lost its volume ${claim.spec.volumeName}`, ['the PersistentVolume was deleted; its data is gone with it'], [`kubectl delete pvc ${name}${inNamespace(namespace)}, and make it anew`])]
  const className = classOfClaim(claim)
  const found = className === '' ? undefined : lister.get(storageClass, className)
  const details = unfit(claim, parts)
  if ((claim.spec.volumeName ?? '') !== '') return [finding(`${subject} wants the volume ${claim.spec.volumeName} and no other`, lister.get(persistentVolume, claim.spec.volumeName as string) === undefined ? ['there is no such PersistentVolume'] : details)]
  if (className === '') {
    const fallback = newestDefaultClass(lister.list(storageClass))
    return [finding(`${subject} names no storage class, and no volume without a class fits`, details, ['make a PersistentVolume that fits', fallback === undefined ? 'make a StorageClass the default one, so that volumes are provisioned' : `ask for the class ${fallback.metadata.name}`])]
  }
  if (found === undefined) {
    const classes = lister.list(storageClass).map(c => c.metadata.name)
    return [finding(`${subject} asks for the storage class ${className}, which does not exist`, details, [classes.length === 0 ? 'make that StorageClass, or a PersistentVolume of that class' : `there is ${classes.join(', ')}: a claim's class cannot be changed, make it anew`])]
  }
  const users = lister.byIndex(podKind, CLAIMS, `${namespace}/${name}`)
  if (found.volumeBindingMode === 'WaitForFirstConsumer' && users.length === 0) return [finding(`${subject} waits for the first pod that uses it`, [`its class ${className} binds when a pod is scheduled (WaitForFirstConsumer)`], ['create a pod that mounts it'])]
  if (found.volumeBindingMode === 'WaitForFirstConsumer' && users.every(p => (p.spec.nodeName ?? '') === '')) return [finding(`${subject} waits until its pod has a node`, [`kubottle why pod/${users[0]?.metadata.name}${inNamespace(namespace)} tells why it has none`])]
  return [finding(`${subject} waits for ${found.provisioner} to provision a volume`, details, ['see that this provisioner runs, or make a PersistentVolume of the class by hand'])]
}

/** Of each free volume, what does not fit. */
function unfit(claim: PersistentVolumeClaim, { lister }: WhyParts): string[] {
  const candidates = new Set(candidatesFor(claim, persistentVolume, (...at) => lister.byIndex(...at)))
  const out: string[] = []
  for (const v of lister.list(persistentVolume)) {
    const why = misfit(v, claim, candidates)
    if (why !== undefined) out.push(`volume ${v.metadata.name}: ${why}`)
  }
  return out
}

function misfit(v: PersistentVolume, claim: PersistentVolumeClaim, candidates: ReadonlySet<PersistentVolume>): string | undefined {
  const holder = v.spec?.claimRef
  if (holder !== undefined && !isMeantFor(v, claim)) return `it belongs to the claim ${holder.namespace}/${holder.name}`
  if (classOfVolume(v) !== classOfClaim(claim)) return `its class is ${classOfVolume(v) === '' ? 'none' : classOfVolume(v)}`
  if (!offersModes(v, claim)) return `it offers ${(v.spec?.accessModes ?? []).join(', ')}, not ${(claim.spec.accessModes ?? []).join(', ')}`
  const [has, wants] = [sizeOf(v.spec?.capacity), sizeOf(claim.spec.resources?.requests)]
  if (has < wants) return `it has ${v.spec?.capacity?.storage ?? '0'}, which is less than ${claim.spec.resources?.requests?.storage}`
  if ((v.spec?.volumeMode ?? 'Filesystem') !== (claim.spec.volumeMode ?? 'Filesystem')) return `its mode is ${v.spec?.volumeMode ?? 'Filesystem'}`
  if (!candidates.has(v) || findMatchingVolume(claim, [v], {}) === undefined) return 'the selector of the claim does not select it, or it is not available'
  return undefined
}
