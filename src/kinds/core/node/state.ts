/** Questions about a node's status that controllers, kubelets and the apiserver ask alike. */
import type { Node } from '../../schema/types/core.v1'

/** Where its machine is reached; '' while nobody has said. */
export const internalIP = (node: Pick<Node, 'status'> | undefined): string => node?.status?.addresses?.find(a => a.type === 'InternalIP')?.address ?? ''

export const isNodeReady = (node: Pick<Node, 'status'> | undefined): boolean => node?.status?.conditions?.some(c => c.type === 'Ready' && c.status === 'True') === true
