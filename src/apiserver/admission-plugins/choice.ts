/** Which admission plugins run: those that are on by default, and what the flags of a server say. upstream: pkg/kubeapiserver/options/plugins.go, apiserver/pkg/server/options/admission.go */
import { goQuote } from '../../base/field'
import type { AdmissionPlugin } from '../admission'

/** All names there are, in the order in which they run. */
const NAMES: readonly string[] = [
  'AlwaysAdmit', 'NamespaceAutoProvision', 'NamespaceLifecycle', 'NamespaceExists', 'LimitPodHardAntiAffinityTopology', 'LimitRanger', 'ServiceAccount', 'NodeRestriction', 'TaintNodesByCondition', 'AlwaysPullImages', 'ImagePolicyWebhook',
  'PodSecurity', 'PodNodeSelector', 'Priority', 'DefaultTolerationSeconds', 'PodTolerationRestriction', 'EventRateLimit', 'ExtendedResourceToleration', 'DefaultStorageClass', 'StorageObjectInUseProtection', 'PodGroupProtection',
  'OwnerReferencesPermissionEnforcement', 'PersistentVolumeClaimResize', 'RuntimeClass', 'CertificateApproval', 'CertificateSigning', 'ClusterTrustBundleAttest', 'CertificateSubjectRestriction', 'DefaultIngressClass', 'DenyServiceExternalIPs',
  'PodTopologyLabels', 'PodGroupWorkloadExists', 'NodeDeclaredFeatureValidator', 'JobValidation', 'PodResizeValidator', 'MutatingAdmissionPolicy', 'MutatingAdmissionWebhook', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionWebhook', 'ResourceQuota', 'AlwaysDeny',
]
/** NodeRestriction is on, as kubeadm has it. */
const OFF = new Set(['AlwaysAdmit', 'NamespaceAutoProvision', 'NamespaceExists', 'LimitPodHardAntiAffinityTopology', 'AlwaysPullImages', 'PodNodeSelector', 'ExtendedResourceToleration', 'OwnerReferencesPermissionEnforcement', 'DenyServiceExternalIPs', 'AlwaysDeny'])
/** They need a configuration, which a server of ours does not read, or are not made. */
const ABSENT: Readonly<Record<string, string>> = { ImagePolicyWebhook: 'no config specified', EventRateLimit: 'no config specified', PodTolerationRestriction: 'kubottle does not have it' }

export interface AdmissionChoice {
  readonly enable: readonly string[]
  readonly disable: readonly string[]
}

/** What kube-apiserver says of a choice that it refuses, undefined for a good one. */
export function refusedChoice({ enable, disable }: AdmissionChoice): string | undefined {
  const unknown = (flag: string, names: readonly string[]): string[] => names.filter(n => !NAMES.includes(n)).map(n => `${flag} plugin ${goQuote(n)} is unknown`)
  const errors = [...unknown('enable-admission-plugins', enable), ...unknown('disable-admission-plugins', disable)]
  const both = [...new Set(enable.filter(n => disable.includes(n)))].sort()
  if (both.length > 0) errors.push(`[${both.join(' ')}] in enable-admission-plugins and disable-admission-plugins overlapped`)
  if (errors.length > 0) return errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`
  const absent = enable.find(n => ABSENT[n] !== undefined)
  return absent === undefined ? undefined : `failed to initialize admission: couldn't init admission plugin ${goQuote(absent)}: ${ABSENT[absent] as string}`
}

/** Those that run, in order; what has no name of the real server's stays where it is. */
export function chosenPlugins(all: readonly AdmissionPlugin[], { enable, disable }: AdmissionChoice): readonly AdmissionPlugin[] {
  return all.filter(({ name }) => enable.includes(name) || (!OFF.has(name) && !disable.includes(name)))
}
