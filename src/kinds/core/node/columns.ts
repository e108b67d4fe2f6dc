/** Cells of nodes. upstream: pkg/printers/internalversion printNode */
import { age, name, type Column } from '../../kind'
import type { Node } from '../../schema/types/core.v1'

const ROLE_PREFIX = 'node-role.kubernetes.io/'

/** Sorted, by both kinds of labels. upstream: findNodeRoles */
export function nodeRoles({ metadata }: Node): string[] {
  const roles = new Set<string>()
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (key.startsWith(ROLE_PREFIX) && key !== ROLE_PREFIX) roles.add(key.slice(ROLE_PREFIX.length))
    else if (key === 'kubernetes.io/role' && value !== '') roles.add(value)
  }
  return [...roles].sort()
}

function status({ spec, status: s }: Node): string {
  const ready = s?.conditions?.find(c => c.type === 'Ready')
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'
  return spec?.unschedulable === true ? `${word},SchedulingDisabled` : word
}

const address = (type: string) => (n: Node): string => n.status?.addresses?.find(a => a.type === type)?.address ?? '<none>'
const info = (field: 'osImage' | 'kernelVersion' | 'containerRuntimeVersion') => (n: Node): string => n.status?.nodeInfo?.[field] || '<unknown>'

/** Since 1.36 with the architecture behind it. */
function kernel(n: Node): string {
  const architecture = n.status?.nodeInfo?.architecture ?? ''
  const version = info('kernelVersion')(n)
  return architecture === '' ? version : `${version} (${architecture})`
}

export const nodeColumns: readonly Column<Node>[] = [
  name as Column<Node>,
  { name: 'Status', type: 'string', description: 'Whether the node is ready, and takes pods.', cell: status },
  { name: 'Roles', type: 'string', description: 'Roles by label.', cell: n => nodeRoles(n).join(',') || '<none>' },
  age as Column<Node>,
  { name: 'Version', type: 'string', cell: n => n.status?.nodeInfo?.kubeletVersion ?? '' },
  { name: 'Internal-IP', type: 'string', priority: 1, cell: address('InternalIP') },
  { name: 'External-IP', type: 'string', priority: 1, cell: address('ExternalIP') },
  { name: 'OS-Image', type: 'string', priority: 1, cell: info('osImage') },
  { name: 'Kernel-Version', type: 'string', priority: 1, cell: kernel },
  { name: 'Container-Runtime', type: 'string', priority: 1, cell: info('containerRuntimeVersion') },
]
