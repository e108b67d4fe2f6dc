/** Resizes of a pod's containers. upstream: pkg/registry/core/pod/strategy.go podResizeStrategy, pkg/apis/core/validation ValidatePodResize */
import { semanticEqual } from '../../../base/equal'
import type { FieldErrors } from '../../../base/field'
import { Findings, Path } from '../../../base/findings'
import type { Container, Pod, PodSpec, ResourceRequirements } from '../../schema/types/core.v1'
import { keepMetadata, raiseGeneration } from './generation'
import { isRestartableInit } from './template/containers'
import { validateMetadataAgain, validateMetadataUpdate } from './template/metadata'
import { computeQos } from './template/qos'
import { MIRROR } from './template/validate-annotations'
import { podOptions, SPEC, validateSpecOfPod } from './validate'

/** Containers that come, go or change their places are left for the validation to refuse. */
export function prepareResize(next: Pod, previous: Pod): void {
  const sizes = (p: Pod): string => `${p.spec.containers?.length ?? 0}/${p.spec.initContainers?.length ?? 0}`
  if (sizes(next) === sizes(previous)) {
    const spec: PodSpec = { ...previous.spec, containers: resized(next.spec.containers, previous.spec.containers) }
    if (previous.spec.initContainers !== undefined) spec.initContainers = resized(next.spec.initContainers ?? [], previous.spec.initContainers)
    if (next.spec.resources === undefined) delete spec.resources
    else spec.resources = next.spec.resources
    next.spec = spec
    keepMetadata(next, previous)
  } else if (previous.status !== undefined) next.status = previous.status
  raiseGeneration(next, previous)
}

function resized(next: readonly Container[], previous: readonly Container[]): Container[] {
  if (next.some((c, i) => c.name !== previous[i]?.name)) return [...next]
  return previous.map((old, i) => {
    const { resources, resizePolicy } = next[i] as Container
    const merged: Container = { ...old }
    if (resources === undefined) delete merged.resources
    else merged.resources = resources
    if (resizePolicy === undefined) delete merged.resizePolicy
    else merged.resizePolicy = resizePolicy
    return merged
  })
}

export function validateResize(next: Pod, previous: Pod): FieldErrors {
  const f = new Findings()
  const refusal = unresizable(previous)
  if (refusal !== undefined) {
    f.forbidden(Path.root, refusal)
    return f.errors
  }
  validateMetadataUpdate(f, next, previous)
  validateMetadataAgain(f, next.metadata)
  validateSpecOfPod(f, next, podOptions(next))
  const qos = previous.status?.qosClass ?? computeQos(previous.spec)
  if (qos !== computeQos(next.spec)) f.invalid(SPEC, next.status?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing')
  const running = previous.status?.containerStatuses?.find(s => s.state?.running !== undefined)
  if (running !== undefined && running.resources === undefined) f.forbidden(SPEC, 'Pod running on node without support for resize')
  validatePodLevel(f, next.spec.resources, previous.spec.resources)
  if (!sameContainers(f, next.spec, previous.spec)) return f.errors
  validateRemovals(f, next.spec, previous.spec)
  validateOnlyCpuAndMemory(f, next.spec, previous.spec)
  return f.errors
}

function unresizable({ metadata, spec }: Pod): string | undefined {
  if (metadata.annotations?.[MIRROR] !== undefined) return 'static pods cannot be resized'
  return spec.os?.name === 'windows' ? 'windows pods cannot be resized' : undefined
}

function validatePodLevel(f: Findings, next: ResourceRequirements | undefined, previous: ResourceRequirements | undefined): void {
  if (isUnset(next) && isUnset(previous)) return
  const at = SPEC.child('resources')
  if (previous !== undefined && next === undefined) return f.forbidden(at, 'pod-level resources cannot be removed')
  for (const list of ['requests', 'limits'] as const) if (removed(next?.[list], previous?.[list])) f.forbidden(at.child(list), `pod-level resource ${list} cannot be removed`)
  if (!semanticEqual(withOld(next, previous), withOld(previous, previous))) f.forbidden(SPEC, 'only cpu and memory resources are mutable at pod-level')
}

const isUnset = (r: ResourceRequirements | undefined): boolean => Object.keys(r?.requests ?? {}).length + Object.keys(r?.limits ?? {}).length === 0

function sameContainers(f: Findings, next: PodSpec, previous: PodSpec): boolean {
  const before = f.errors.length
  for (const field of ['containers', 'initContainers'] as const) {
    const [list, old] = [next[field] ?? [], previous[field] ?? []]
    if (list.length !== old.length) f.forbidden(SPEC.child(field), `${field} may not be added or removed on resize`)
    else old.forEach((c, i) => {
      if (list[i]?.name !== c.name) f.forbidden(SPEC.child(field).at(i).child('name'), `${field} may not be renamed or reordered on resize`)
    })
  }
  return f.errors.length === before
}

function validateRemovals(f: Findings, next: PodSpec, previous: PodSpec): void {
  for (const field of ['initContainers', 'containers'] as const) {
    previous[field]?.forEach((old, i) => {
      if (field === 'initContainers' && !isRestartableInit(old)) return
      const at = SPEC.child(field).at(i).child('resources')
      for (const list of ['requests', 'limits'] as const) if (removed(next[field]?.[i]?.resources?.[list], old.resources?.[list])) f.forbidden(at.child(list), `resource ${list} cannot be removed`)
    })
  }
}

const removed = (next: Readonly<Record<string, string>> = {}, previous: Readonly<Record<string, string>> = {}): boolean =>
  Object.keys(previous).length > Object.keys(next).length || Object.keys(previous).some(name => next[name] === undefined)

function validateOnlyCpuAndMemory(f: Findings, next: PodSpec, previous: PodSpec): void {
  const unchanged = (c: Container, old: Container | undefined): boolean => semanticEqual({ ...c, resources: withOld(c.resources, old?.resources) }, old)
  next.containers.forEach((c, i) => {
    if (!unchanged(c, previous.containers[i])) f.forbidden(SPEC, 'only cpu and memory resources are mutable')
  })
  next.initContainers?.forEach((c, i) => {
    const old = previous.initContainers?.[i]
    if (isRestartableInit(c)) {
      if (!unchanged(c, old)) f.forbidden(SPEC, 'only cpu and memory resources for sidecar containers are mutable')
    } else if (!semanticEqual(c, old)) f.forbidden(SPEC, 'resources for non-sidecar init containers are immutable')
  })
}

/** The resources with the old amounts of what a resize may change. */
function withOld(next: ResourceRequirements | undefined, previous: ResourceRequirements | undefined): ResourceRequirements {
  const merged: ResourceRequirements = {}
  for (const list of ['limits', 'requests'] as const) {
    const amounts: Record<string, string> = { ...next?.[list] }
    for (const name of ['cpu', 'memory']) {
      const old = previous?.[list]?.[name]
      if (old === undefined) delete amounts[name]
      else amounts[name] = old
    }
    merged[list] = amounts
  }
  return merged
}
