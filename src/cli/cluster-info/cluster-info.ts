/** `kubectl cluster-info`. upstream: kubectl/pkg/cmd/clusterinfo */
import type { Service } from '../../kinds/schema/types/core.v1'
import type { Client } from '../../client/client'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import { resourceOf } from '../resource-of'

export interface Options {
  readonly factory: Factory
  readonly namespace: string
  /** URL of the server, as the kubeconfig has it. */
  readonly server: string
}

export const toOptions = ({ flags }: Invocation<'cluster-info'>, factory: Factory): Options => ({ factory, namespace: flags.namespace || 'kube-system', server: factory.server() })

export async function run({ factory, namespace, server }: Options): Promise<void> {
  const { client, io } = { client: await factory.client(), io: factory.io }
  try {
    await tellServices(client, io, namespace, server)
  } finally {
    io.stdout("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n")
  }
}

async function tellServices(client: Client, io: IOStreams, namespace: string, server: string): Promise<void> {
  const { items } = await client.list(resourceOf<Service>('v1', 'Service'), { namespace, labelSelector: 'kubernetes.io/cluster-service=true' })
  io.stdout(`Kubernetes control plane is running at ${server}\n`)
  for (const service of items) io.stdout(`${service.metadata.labels?.['kubernetes.io/name'] || service.metadata.name} is running at ${linkOf(service, server)}\n`)
}

function linkOf({ metadata, spec, status }: Service, server: string): string {
  const [outside] = status?.loadBalancer?.ingress ?? []
  const ports = spec?.ports ?? []
  if (outside !== undefined) return ports.map(p => `http://${outside.ip || outside.hostname || ''}:${p.port} `).join('')
  const [port] = ports
  let name = metadata.name
  if (port !== undefined) {
    const secure = port.name === 'https' || port.port === 443
    if (secure) name = `https:${name}:${port.name ?? ''}`
    else if ((port.name ?? '') !== '') name = `${name}:${port.name}`
  }
  return `${server}/api/v1/namespaces/${metadata.namespace}/services/${name}/proxy`
}
