/** Ports that containers of one pod give twice. upstream: pkg/api/pod/warnings.go warningsForPodSpecAndMeta */
import type { Path } from '../../../../base/findings'
import type { ContainerPort, PodSpec } from '../../../schema/types/core.v1'
import { visitContainers } from './containers'

export function portWarnings(spec: Path, pod: PodSpec): string[] {
  const found: string[] = []
  const seen = new Map<string, { at: Path; port: ContainerPort }[]>()
  visitContainers(pod, spec, (c, path) => {
    for (const [i, port] of (c.ports ?? []).entries()) {
      const at = path.child('ports').at(i)
      if ((port.hostIP ?? '') !== '' && (port.hostPort ?? 0) === 0) found.push(`${at}: hostIP set without hostPort: ${internalText(port)}`)
      const key = `${port.containerPort}/${port.protocol}`
      const others = seen.get(key)
      if (others === undefined) seen.set(key, [{ at, port }])
      else {
        for (const other of others) {
          const relation = relationOf(port, other.port)
          if (relation !== undefined) found.push(`${at}: ${relation} port definition with ${other.at}`)
        }
        others.push({ at, port })
      }
    }
  })
  return found
}

function relationOf(a: ContainerPort, b: ContainerPort): string | undefined {
  const sameHostPort = (a.hostPort ?? 0) === (b.hostPort ?? 0)
  if ((a.hostIP ?? '') === (b.hostIP ?? '') && sameHostPort) return 'duplicate'
  if ((a.hostPort ?? 0) === 0 || (b.hostPort ?? 0) === 0) return 'overlapping'
  return sameHostPort && ((a.hostIP ?? '') === '') !== ((b.hostIP ?? '') === '') ? 'dangerously ambiguous' : undefined
}

/** The `%+v` of the port. */
const internalText = (p: ContainerPort): string => `{Name:${p.name ?? ''} HostPort:${p.hostPort ?? 0} ContainerPort:${p.containerPort} Protocol:${p.protocol ?? ''} HostIP:${p.hostIP ?? ''}}`
