/** `kubectl describe pod`. upstream: kubectl/pkg/describe PodDescriber */
import { ageSince } from '../../../base/duration'
import { qosOf } from '../../../kinds/core/pod/template/qos'
import type { Container, Pod } from '../../../kinds/schema/types/core.v1'
import { describerOf, referenceTo } from '../describer'
import { eventsAbout } from '../events'
import { controlledBy, labels, labelsAndAnnotations, tolerations } from '../metadata'
import { longTime } from '../time'
import { text, type Lines } from '../writer'
import { describeContainers, describeResources } from './pod/containers'
import { schedulingGroup, topologySpread } from './pod/template'
import { describeVolumes } from './pod/volumes'

const MIRROR = 'kubernetes.io/config.mirror'

export const pod = describerOf<Pod>('v1', 'Pod', (w, object, { nowMs }) => {
  const { spec, status = {} } = object
  head(w, object, nowMs)
  if (spec.resources !== undefined) {
    w.write(0, 'Resources:\n')
    describeResources(w, 1, spec.resources)
  }
  if ((spec.initContainers ?? []).length > 0) describeContainers(w, 'Init Containers', spec.initContainers ?? [], { statuses: status.initContainerStatuses, pod: object })
  describeContainers(w, 'Containers', spec.containers, { statuses: status.containerStatuses, pod: object })
  if ((spec.ephemeralContainers ?? []).length > 0) describeContainers(w, 'Ephemeral Containers', spec.ephemeralContainers as unknown as Container[], { statuses: status.ephemeralContainerStatuses, pod: object })
  conditions(w, object)
  describeVolumes(w, spec.volumes)
  w.write(0, `QoS Class:\t${qosOf(object)}\n`)
  labels(w, 'Node-Selectors', spec.nodeSelector)
  tolerations(w, 'Tolerations', spec.tolerations)
  topologySpread(w, spec.topologySpreadConstraints)
  if (spec.schedulingGroup !== undefined) schedulingGroup(w, spec.schedulingGroup)
}, {
  // Whatever kind the reporter wrote; events of a static pod are about its manifest's hash.
  events: (object, context) => eventsAbout(context, { ...referenceTo({ kind: '' }, object), uid: object.metadata.annotations?.[MIRROR] ?? object.metadata.uid ?? '' }),
})

function head(w: Lines, object: Pod, nowMs: number): void {
  const { metadata, spec, status = {} } = object
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `Namespace:\t${text(metadata.namespace)}\n`)
  if (spec.priority !== undefined) w.write(0, `Priority:\t${spec.priority}\n`)
  if (text(spec.priorityClassName) !== '') w.write(0, `Priority Class Name:\t${spec.priorityClassName}\n`)
  if (text(spec.runtimeClassName) !== '') w.write(0, `Runtime Class Name:\t${spec.runtimeClassName}\n`)
  if (text(spec.serviceAccountName) !== '') w.write(0, `Service Account:\t${spec.serviceAccountName}\n`)
  w.write(0, `Node:\t${text(spec.nodeName) === '' ? '<none>' : `${spec.nodeName}/${text(status.hostIP)}`}\n`)
  if (status.startTime !== undefined) w.write(0, `Start Time:\t${longTime(status.startTime)}\n`)
  labelsAndAnnotations(w, metadata)
  if (metadata.deletionTimestamp !== undefined && status.phase !== 'Failed' && status.phase !== 'Succeeded') {
    w.write(0, `Status:\tTerminating (lasts ${ageSince(metadata.deletionTimestamp, nowMs)})\n`)
    w.write(0, `Termination Grace Period:\t${metadata.deletionGracePeriodSeconds ?? 0}s\n`)
  } else w.write(0, `Status:\t${text(status.phase)}\n`)
  if (text(status.reason) !== '') w.write(0, `Reason:\t${status.reason}\n`)
  if (text(status.message) !== '') w.write(0, `Message:\t${status.message}\n`)
  const profile = spec.securityContext?.seccompProfile
  if (profile !== undefined) w.write(0, `SeccompProfile:\t${profile.type}\n`)
  if (profile?.type === 'Localhost') w.write(0, `LocalhostProfile:\t${text(profile.localhostProfile)}\n`)
  w.write(0, `IP:\t${text(status.podIP)}\n`)
  const ips = status.podIPs ?? []
  w.write(0, ips.length === 0 ? 'IPs:\t<none>\n' : 'IPs:\n')
  for (const { ip } of ips) w.write(1, `IP:\t${ip}\n`)
  controlledBy(w, object)
  if (text(status.nominatedNodeName) !== '') w.write(0, `NominatedNodeName:\t${status.nominatedNodeName}\n`)
}

function conditions(w: Lines, { spec, status }: Pod): void {
  const list = status?.conditions ?? []
  const gates = spec.readinessGates ?? []
  if (gates.length > 0) {
    w.write(0, 'Readiness Gates:\n  Type\tStatus\n')
    for (const { conditionType } of gates) w.write(1, `${conditionType} \t${list.find(c => c.type === conditionType)?.status ?? '<none>'} \n`)
  }
  if (list.length === 0) return
  w.write(0, 'Conditions:\n  Type\tStatus\n')
  for (const c of list) w.write(1, `${c.type} \t${c.status} \n`)
}
