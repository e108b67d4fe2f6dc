/** The containers of a pod spec, of one kind or all. upstream: pkg/api/pod/util.go ContainerIter, pkg/apis/core/pods VisitContainersWithPath */
import type { Container, EphemeralContainer, PodSpec } from '../../../schema/types/core.v1'
import { Path } from '../../../../base/findings'

export type ContainerKind = 'initContainers' | 'containers' | 'ephemeralContainers'

/** An init container that goes on beside the others (a sidecar). */
export const isRestartableInit = (c: Container): boolean => c.restartPolicy === 'Always'

/** Those that run as long as their pod does: the main ones, then sidecars. */
export const lastingContainers = ({ containers, initContainers = [] }: Pick<PodSpec, 'containers' | 'initContainers'>): Container[] => [...containers, ...initContainers.filter(isRestartableInit)]

/** Init containers, containers, and with `ephemeral` what was added for debugging, in the order in which upstream visits them. */
export function* containersOf(spec: PodSpec, { ephemeral = true }: { ephemeral?: boolean } = {}): Iterable<Container | EphemeralContainer> {
  if (spec.initContainers !== undefined) yield* spec.initContainers
  if (spec.containers !== undefined && spec.containers !== null) yield* spec.containers
  if (ephemeral && spec.ephemeralContainers !== undefined) yield* spec.ephemeralContainers
}

/** Calls back with every container and its path below that of the spec. */
export function visitContainers(spec: PodSpec, path: Path, visit: (c: Container | EphemeralContainer, path: Path) => void): void {
  for (const name of ['initContainers', 'containers', 'ephemeralContainers'] as const) {
    const list = spec[name]
    if (list === undefined || list === null) continue
    for (let i = 0; i < list.length; i++) visit(list[i] as Container, path.child(name).at(i))
  }
}

/** The container of this name, of any kind. */
export function containerNamed(spec: PodSpec, name: string): Container | EphemeralContainer | undefined {
  for (const c of containersOf(spec)) if (c.name === name) return c
  return undefined
}
