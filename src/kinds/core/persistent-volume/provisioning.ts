/** What binder and provisioners tell each other by annotations. upstream: component-helpers/storage/volume, sig-storage-lib-external-provisioner */

/** On a claim: who is to make its volume; also by its name of the time before 1.23. */
export const PROVISIONER = 'volume.kubernetes.io/storage-provisioner'
export const BETA_PROVISIONER = 'volume.beta.kubernetes.io/storage-provisioner'
/** On a volume: who made it, and so removes it. */
export const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by'
