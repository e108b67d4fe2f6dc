/** Asking whoever provisions the claim's class for a volume. upstream: pkg/controller/volume/persistentvolume/pv_controller.go provisionClaim */
import type { Context } from '../../client/controller'
import { tellOnce } from '../../client/tell-once'
import { classOfClaim } from '../../kinds/core/persistent-volume/matching'
import { BETA_PROVISIONER, PROVISIONER } from '../../kinds/core/persistent-volume/provisioning'
import { persistentVolumeClaim } from '../../kinds/core/persistent-volume-claim/kind'
import type { PersistentVolumeClaim } from '../../kinds/schema/types/core.v1'
import { storageClass } from '../../kinds/storage/storage-class/kind'

/** Provisioners of the time when they were part of Kubernetes, and the drivers that took over. upstream: k8s.io/csi-translation-lib */
const MIGRATED: Readonly<Record<string, string>> = {
  'kubernetes.io/aws-ebs': 'ebs.csi.aws.com',
  'kubernetes.io/azure-disk': 'disk.csi.azure.com',
  'kubernetes.io/azure-file': 'file.csi.azure.com',
  'kubernetes.io/cinder': 'cinder.csi.openstack.org',
  'kubernetes.io/gce-pd': 'pd.csi.storage.gke.io',
  'kubernetes.io/portworx-volume': 'pxd.portworx.com',
  'kubernetes.io/vsphere-volume': 'csi.vsphere.vmware.com',
}

/** Nobody of Kubernetes' own provisions any more: the claim says who is waited for. */
export async function provision(claim: PersistentVolumeClaim, ctx: Context): Promise<void> {
  const name = classOfClaim(claim)
  const found = ctx.lister.get(storageClass, name)
  if (found === undefined) return tellOnce(ctx, claim, 'Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io "${name}" not found`)
  const provisioner = MIGRATED[found.provisioner] ?? found.provisioner
  if (provisioner.startsWith('kubernetes.io/')) return tellOnce(ctx, claim, 'Warning', 'ProvisioningFailed', `no volume plugin matched name: ${provisioner}`)
  const { annotations } = claim.metadata
  const asked = annotations?.[PROVISIONER] === provisioner && annotations[BETA_PROVISIONER] === provisioner
  const marked = asked ? claim : await ctx.client.update(persistentVolumeClaim, { ...claim, metadata: { ...claim.metadata, annotations: { ...annotations, [BETA_PROVISIONER]: provisioner, [PROVISIONER]: provisioner } } })
  await tellOnce(ctx, marked, 'Normal', 'ExternalProvisioning', `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`)
}
