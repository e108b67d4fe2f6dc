/** Containers of a pod or of a template. upstream: kubectl/pkg/describe describeContainers */
import { byCodePoint, sortedKeys } from '../../../../base/go-text'
import { goQuote } from '../../../../base/field'
import { sortAsGo } from '../../../../base/go-sort'
import { canonicalQuantity } from '../../../../base/quantity'
import type { Container, ContainerPort, ContainerState, ContainerStatus, Pod, ResourceRequirements, VolumeMount } from '../../../../kinds/schema/types/core.v1'
import { longTime } from '../../time'
import { text, trueFalse, type Lines } from '../../writer'
import { environment, environmentFrom } from './environment'
import { probeText } from './probe'

export interface ContainersOptions {
  /** Indentation of the title inside a template. */
  readonly indent?: string
  readonly statuses?: readonly ContainerStatus[] | undefined
  /** Whose fields the environment may show. */
  readonly pod?: Pod
}

export function describeContainers(w: Lines, title: string, containers: readonly Container[], { indent = '', statuses = [], pod }: ContainersOptions): void {
  w.write(0, `${indent}${title}:${containers.length === 0 ? ' <none>' : ''}\n`)
  for (const container of containers) {
    const status = statuses.findLast(s => s.name === container.name)
    basics(w, container, status, indent)
    command(w, container)
    if (status !== undefined) {
      containerState(w, 'State', status.state)
      if (status.lastState?.terminated !== undefined) containerState(w, 'Last State', status.lastState)
      w.write(2, `Ready:\t${trueFalse(status.ready)}\n`)
      w.write(2, `Restart Count:\t${status.restartCount}\n`)
    }
    describeResources(w, 2, container.resources)
    if (container.livenessProbe !== undefined) w.write(2, `Liveness:\t${probeText(container.livenessProbe)}\n`)
    if (container.readinessProbe !== undefined) w.write(2, `Readiness:\t${probeText(container.readinessProbe)}\n`)
    if (container.startupProbe !== undefined) w.write(2, `Startup:\t${probeText(container.startupProbe)}\n`)
    environmentFrom(w, container)
    environment(w, container, pod)
    mounts(w, container)
  }
}

function basics(w: Lines, container: Container, status: ContainerStatus | undefined, indent: string): void {
  w.write(1, `${indent === '' ? '' : ' '}${container.name}:\n`)
  if (status !== undefined) w.write(2, `Container ID:\t${text(status.containerID)}\n`)
  w.write(2, `Image:\t${text(container.image)}\n`)
  if (status !== undefined) w.write(2, `Image ID:\t${text(status.imageID)}\n`)
  ports(w, 'Port', container.ports, p => p.containerPort)
  ports(w, 'Host Port', container.ports, p => p.hostPort ?? 0)
  const profile = container.securityContext?.seccompProfile
  if (profile === undefined) return
  w.write(2, `SeccompProfile:\t${profile.type}\n`)
  if (profile.type === 'Localhost') w.write(3, `LocalhostProfile:\t${text(profile.localhostProfile)}\n`)
}

function ports(w: Lines, title: string, given: readonly ContainerPort[] | undefined, number: (p: ContainerPort) => number): void {
  const list = (given ?? []).map(p => `${number(p)}/${text(p.protocol)}${text(p.name) === '' ? '' : ` (${p.name})`}`).join(', ')
  w.write(2, list.includes(',') ? `${title}s:\t${list}\n` : `${title}:\t${list === '' ? '<none>' : list}\n`)
}

function command(w: Lines, { command: words = [], args = [] }: Container): void {
  for (const [title, list] of [['Command', words], ['Args', args]] as const) {
    if (list.length === 0) continue
    w.write(2, `${title}:\n`)
    for (const word of list) for (const part of word.split('\n')) w.write(3, `${part}\n`)
  }
}

function containerState(w: Lines, title: string, state: ContainerState | undefined): void {
  const { running, waiting, terminated } = state ?? {}
  if (running !== undefined) {
    w.write(2, `${title}:\tRunning\n`)
    w.write(3, `Started:\t${longTime(running.startedAt)}\n`)
  } else if (terminated !== undefined && waiting === undefined) {
    w.write(2, `${title}:\tTerminated\n`)
    if (text(terminated.reason) !== '') w.write(3, `Reason:\t${terminated.reason}\n`)
    if (text(terminated.message) !== '') w.write(3, `Message:\t${terminated.message}\n`)
    w.write(3, `Exit Code:\t${terminated.exitCode}\n`)
    if ((terminated.signal ?? 0) > 0) w.write(3, `Signal:\t${terminated.signal}\n`)
    w.write(3, `Started:\t${longTime(terminated.startedAt)}\n`)
    w.write(3, `Finished:\t${longTime(terminated.finishedAt)}\n`)
  } else {
    w.write(2, `${title}:\tWaiting\n`)
    if (text(waiting?.reason) !== '') w.write(3, `Reason:\t${waiting?.reason}\n`)
  }
}

/** Limits, then requests. */
export function describeResources(w: Lines, level: number, resources: Pick<ResourceRequirements, 'limits' | 'requests'> | undefined): void {
  for (const [title, list] of [['Limits', resources?.limits], ['Requests', resources?.requests]] as const) {
    const names = sortedKeys(list ?? {})
    if (names.length > 0) w.write(level, `${title}:\n`)
    for (const name of names) w.write(level + 1, `${name}:\t${canonicalQuantity(list?.[name] as string)}\n`)
  }
}

function mounts(w: Lines, { volumeMounts = [], volumeDevices = [] }: Container): void {
  const none = volumeMounts.length === 0 ? '\t<none>' : ''
  w.write(2, `Mounts:${none}\n`)
  const sorted: VolumeMount[] = [...volumeMounts]
  sortAsGo(sorted, (a, b) => byCodePoint(a.mountPath, b.mountPath) < 0)
  for (const { mountPath, name, readOnly, subPath = '' } of sorted) w.write(3, `${mountPath} from ${name} (${readOnly === true ? 'ro' : 'rw'}${subPath === '' ? '' : `,path=${goQuote(subPath)}`})\n`)
  if (volumeDevices.length === 0) return
  w.write(2, `Devices:${none}\n`)
  const devices = [...volumeDevices]
  sortAsGo(devices, (a, b) => byCodePoint(a.devicePath, b.devicePath) < 0)
  for (const { devicePath, name } of devices) w.write(3, `${devicePath} from ${name}\n`)
}
