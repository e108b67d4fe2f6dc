/** Fields of features that this version leaves off: given, they are dropped. upstream: pkg/api/pod/util.go dropDisabledFields */
import type { Container, PodSpec } from '../../../schema/types/core.v1'
import { containersOf } from './containers'

/** For new pods and templates, and updates of either: none can have been stored. */
export function dropDisabled(spec: PodSpec | undefined): void {
  if (spec === undefined) return
  if (spec.schedulingGroup !== undefined) delete spec.schedulingGroup
  for (const volume of spec.volumes ?? []) {
    for (const source of volume.projected?.sources ?? []) {
      if (source.clusterTrustBundle !== undefined) delete source.clusterTrustBundle
      if (source.podCertificate !== undefined) delete source.podCertificate
    }
  }
  for (const c of containersOf(spec)) if ((c as Container).lifecycle?.stopSignal !== undefined) delete (c as Container).lifecycle?.stopSignal
}
