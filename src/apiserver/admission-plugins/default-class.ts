/** DefaultStorageClass and DefaultIngressClass: claims and ingresses that name no class get the default one. upstream: plugin/pkg/admission/storage/storageclass/setdefault, plugin/pkg/admission/network/defaultingressclass */
import { parseTime } from '../../base/clock'
import { ingressClass } from '../../kinds/networking/ingress-class/kind'
import { newestDefaultClass, storageClass } from '../../kinds/storage/storage-class/kind'
import type { KubeObject } from '../../kinds/kind'
import type { PersistentVolumeClaim } from '../../kinds/schema/types/core.v1'
import type { Ingress } from '../../kinds/schema/types/networking.v1'
import type { AdmissionPlugin } from '../admission'

const STORAGE_ANNOTATION = 'volume.beta.kubernetes.io/storage-class'
const INGRESS_ANNOTATION = 'kubernetes.io/ingress.class'
const DEFAULT_INGRESS = 'ingressclass.kubernetes.io/is-default-class'

export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  operations: ['CREATE'],
  resources: ['persistentvolumeclaims'],
  admit({ object, subresource }, { lister }) {
    const claim = object as PersistentVolumeClaim
    // An empty name says: none.
    if (subresource !== '' || claim.spec?.storageClassName !== undefined || claim.metadata.annotations?.[STORAGE_ANNOTATION] !== undefined) return
    const found = newestDefaultClass(lister.list(storageClass))
    if (found !== undefined) claim.spec = { ...claim.spec, storageClassName: found.metadata.name }
  },
}

export const defaultIngressClass: AdmissionPlugin = {
  name: 'DefaultIngressClass',
  operations: ['CREATE'],
  resources: ['ingresses.networking.k8s.io'],
  admit({ object, subresource }, { lister }) {
    const ingress = object as Ingress
    if (subresource !== '' || ingress.spec?.ingressClassName !== undefined || ingress.metadata.annotations?.[INGRESS_ANNOTATION] !== undefined) return
    const found = newest(lister.list(ingressClass).filter(c => c.metadata.annotations?.[DEFAULT_INGRESS] === 'true'))
    if (found !== undefined) ingress.spec = { ...ingress.spec, ingressClassName: found.metadata.name }
  },
}

/** Of several the youngest, of twins the first by name. */
function newest<T extends KubeObject>(classes: readonly T[]): T | undefined {
  let found: T | undefined
  for (const c of classes) if (found === undefined || parseTime(c.metadata.creationTimestamp) > parseTime(found.metadata.creationTimestamp)) found = c
  return found
}
