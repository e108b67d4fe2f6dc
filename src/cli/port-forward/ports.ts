/** What `[LOCAL:]REMOTE` means for a pod or behind a service. upstream: kubectl/pkg/cmd/portforward, pkg/util/service_port.go, client-go/tools/portforward parsePorts */
import { UsageError } from '../../base/errors'
import type { Pod, Service } from '../../kinds/schema/types/core.v1'

export interface Forwarded {
  /** 0 for any that is free. */
  readonly local: number
  readonly remote: number
}

const isNumber = (text: string): boolean => /^[+-]?\d+$/.test(text)

/** Throws UsageError. */
export function forwardedPorts(specs: readonly string[], pod: Pod, service: Service | undefined): Forwarded[] {
  refuseUdp(specs, pod, service)
  return specs.map(spec => parse(service === undefined ? inPod(spec, pod) : behind(spec, service, pod)))
}

function split(spec: string): [local: string, remote: string] {
  const parts = spec.split(':')
  return parts.length === 2 ? [parts[0] as string, parts[1] as string] : [parts[0] as string, parts[0] as string]
}

function inPod(spec: string, pod: Pod): string {
  const [local, remote] = split(spec)
  const number = isNumber(remote) ? remote : String(portNamed(pod, remote))
  return local === remote ? number : `${local}:${number}`
}

function behind(spec: string, service: Service, pod: Pod): string {
  let [local, remote] = split(spec)
  if (!isNumber(remote)) {
    const number = String(servicePortNamed(service, remote))
    if (local === remote) local = number
    remote = number
  }
  const target = String(targetOf(service, pod, Number(remote)))
  return local === target ? target : `${local}:${target}`
}

function portNamed(pod: Pod, name: string): number {
  const found = pod.spec.containers.flatMap(c => c.ports ?? []).find(p => p.name === name)
  if (found === undefined) throw new UsageError(`Pod '${pod.metadata.name}' does not have a named port '${name}'`)
  return found.containerPort
}

function servicePortNamed({ metadata, spec }: Service, name: string): number {
  const found = spec?.ports?.find(p => p.name === name)
  if (found === undefined) throw new UsageError(`Service '${metadata.name}' does not have a named port '${name}'`)
  return found.port
}

function targetOf({ metadata, spec }: Service, pod: Pod, port: number): number {
  const found = spec?.ports?.find(p => p.port === port)
  if (found === undefined) throw new UsageError(`Service ${metadata.name} does not have a service port ${port}`)
  if (spec?.clusterIP === 'None') return port
  const { targetPort } = found
  if (typeof targetPort === 'string') return portNamed(pod, targetPort)
  return targetPort === undefined || targetPort === 0 ? port : targetPort
}

/** Only TCP can be forwarded. */
function refuseUdp(specs: readonly string[], pod: Pod, service: Service | undefined): void {
  const all = service === undefined ? pod.spec.containers.flatMap(c => (c.ports ?? []).map(p => [p.containerPort, p.protocol] as const)) : (service.spec?.ports ?? []).map(p => [p.port, p.protocol] as const)
  for (const spec of specs) {
    const [, remote] = split(spec)
    const number = isNumber(remote) ? Number(remote) : remote === '' ? 0 : service === undefined ? portNamed(pod, remote) : servicePortNamed(service, remote)
    const protocols = all.filter(([port]) => port === number).map(([, protocol]) => protocol)
    if (protocols.includes('UDP') && !protocols.includes('TCP')) throw new UsageError(`UDP protocol is not supported for ${remote}`)
  }
}

function parse(spec: string): Forwarded {
  const parts = spec.split(':')
  if (parts.length > 2) throw new UsageError(`invalid port format '${spec}'`)
  const [local, remote] = parts.length === 1 ? [spec, spec] : [parts[0] === '' ? '0' : (parts[0] as string), parts[1] as string]
  const number = (text: string, which: string): number => {
    const value = Number(text)
    if (!/^\d+$/.test(text)) throw new UsageError(`error parsing ${which} port '${text}': strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`)
    if (value > 65535) throw new UsageError(`error parsing ${which} port '${text}': strconv.ParseUint: parsing ${JSON.stringify(text)}: value out of range`)
    return value
  }
  const pair = { local: number(local, 'local'), remote: number(remote, 'remote') }
  if (pair.remote === 0) throw new UsageError('remote port must be > 0')
  return pair
}
