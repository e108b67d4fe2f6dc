/** `kubectl create service clusterip`, `nodeport`, `loadbalancer`, `externalname`. upstream: kubectl/pkg/cmd/create/create_service.go */
import { UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import { isDns1123Subdomain, isPortName, isPortNumber } from '../../base/validation'
import type { KubeObject } from '../../kinds/kind'
import { resourceOf } from '../resource-of'
import type { Generator } from './generate'

interface Wanted {
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
  readonly name: string
  readonly tcp: readonly string[]
  readonly clusterIP?: string
  readonly nodePort?: number
  readonly externalName?: string
}

const serviceResource = (): ReturnType<typeof resourceOf> => resourceOf('v1', 'Service')
const failure = (type: Wanted['type']): string => `failed to create ${type} service: `

export const clusterIpService: Generator<'create service clusterip'> = {
  resource: serviceResource,
  failure: failure('ClusterIP'),
  make: ({ name, flags }) => serviceOf({ type: 'ClusterIP', name, tcp: flags.tcp, clusterIP: flags.clusterip }),
}

export const nodePortService: Generator<'create service nodeport'> = {
  resource: serviceResource,
  failure: failure('NodePort'),
  make: ({ name, flags }) => serviceOf({ type: 'NodePort', name, tcp: flags.tcp, nodePort: flags['node-port'] }),
}

export const loadBalancerService: Generator<'create service loadbalancer'> = {
  resource: serviceResource,
  failure: failure('LoadBalancer'),
  make: ({ name, flags }) => serviceOf({ type: 'LoadBalancer', name, tcp: flags.tcp }),
}

export const externalNameService: Generator<'create service externalname'> = {
  resource: serviceResource,
  failure: failure('ExternalName'),
  make: ({ name, flags }) => serviceOf({ type: 'ExternalName', name, tcp: flags.tcp, externalName: flags['external-name'] }),
}

function serviceOf({ type, name, tcp, clusterIP = '', nodePort = 0, externalName = '' }: Wanted): KubeObject {
  if (clusterIP !== 'None' && tcp.length === 0 && type !== 'ExternalName') throw new UsageError('at least one tcp port specifier must be provided')
  if (type === 'ExternalName' && isDns1123Subdomain(externalName).length > 0) throw new UsageError(`invalid service external name ${externalName}`)
  const ports = tcp.map(text => {
    const { port, targetPort } = parsePorts(text)
    return { name: text.replaceAll(':', '-'), protocol: 'TCP', port, targetPort, ...(nodePort === 0 ? {} : { nodePort }) }
  })
  return {
    apiVersion: 'v1', kind: 'Service',
    metadata: { name, labels: { app: name } },
    spec: {
      ...(ports.length > 0 ? { ports } : {}),
      selector: { app: name },
      ...(clusterIP === '' ? {} : { clusterIP }),
      type,
      ...(externalName === '' ? {} : { externalName }),
    },
  } as KubeObject
}

/** `80`, `80:8080`, `80:http`. upstream: parsePorts */
function parsePorts(text: string): { port: number; targetPort: number | string } {
  const [first = '', target] = text.split(':')
  const port = parsePort(first)
  if (target === undefined) return { port, targetPort: port }
  const isNumber = /^[-+]?\d+$/.test(target)
  const problems = isNumber ? isPortNumber(Number(target)) : isPortName(target)
  if (problems.length > 0) throw new UsageError(problems.join(','))
  return { port, targetPort: isNumber ? Number(target) : target }
}

/** upstream: k8s.io/utils/net ParsePort, strconv.ParseUint */
function parsePort(text: string): number {
  if (!/^\d+$/.test(text)) throw new UsageError(`strconv.ParseUint: parsing ${goQuote(text)}: invalid syntax`)
  if (Number(text) > 65535) throw new UsageError(`strconv.ParseUint: parsing ${goQuote(text)}: value out of range`)
  return Number(text)
}
