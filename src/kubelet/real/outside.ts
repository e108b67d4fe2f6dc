/** The machine beside the cluster: in the nodes' network, no part of it. What a person there types reaches nodes and load balancers, and neither pods nor Services. */
import type { Connection, ConnectOptions } from '../../client/client'
import { node as nodeKind } from '../../kinds/core/node/kind'
import { internalIP } from '../../kinds/core/node/state'
import type { ContainerSpec } from '../../runtime/container'
import type { NodeApiParts } from './addressed'
import { runCommand } from './exec'

const ID = 'outside'
const IMAGE = 'nicolaka/netshoot:v0.13'
const GATEWAY = '172.18.0.1'

/** Its files stay; what runs there ends with the command that began it. Throws what the runtime says of a machine that cannot start. */
export async function outside(options: ConnectOptions, parts: NodeApiParts): Promise<Connection> {
  const { runtime, exclusively } = parts
  const key = `${ID}/machine`
  const { command = [] } = options.query
  const spec = machineSpec(parts)
  await exclusively(key, async () => {
    if (runtime.status(spec.id).state === 'running') return
    const started = await runtime.startContainer(spec)
    if (!started.started) throw new Error(`kubottle bug: the machine outside does not start: ${started.message}`)
  })
  return runCommand({ id: spec.id, key, alone: true, wrapped: message => message.replace(/^OCI runtime exec failed: exec failed: unable to start container process: /, '') }, typeof command === 'string' ? [command] : command, options, parts)
}

/** The first address of the network in which the nodes are, or its last where a node has that one. */
function address({ lister }: NodeApiParts): string {
  const taken = new Set(lister.list(nodeKind).map(internalIP))
  const first = [...taken].find(ip => /^\d+\.\d+\.\d+\.\d+$/.test(ip)) ?? GATEWAY
  const network = first.split('.').slice(0, 2).join('.')
  return taken.has(`${network}.0.1`) ? `${network}.255.254` : `${network}.0.1`
}

function machineSpec(parts: NodeApiParts): ContainerSpec {
  const ip = address(parts)
  const id = `${ID}-${ip}`
  return {
    id, name: ID, pod: { namespace: '', name: '', uid: ID }, image: IMAGE, command: ['sleep', 'infinity'],
    env: [], mounts: [], layerVolumeId: `layer/${id}`, hostname: ID, podIP: ip, hostNetwork: true, privileged: true,
    dns: { nameservers: ['8.8.8.8'], searches: [], options: [] }, limits: {},
    // No node of the cluster: its name is none's.
    node: { name: '', ip, kernelVersion: '6.8.0-generic', machine: 'x86_64', cpus: 4, memoryBytes: 8 * 1024 ** 3, bootedAtMs: 0 },
  }
}
