/** Who stands at an address: a pod with its labels, a machine, or somebody outside. */
import type { Lister } from '../client/lister'
import { ADDRESS, node as nodeKind } from '../kinds/core/node/kind'
import { podAt } from './pod-addresses'
import type { Node, Pod } from '../kinds/schema/types/core.v1'

export interface Party {
  readonly ip: string
  /** Of a pod with an address of its own, or of what stands for one. Undefined: no policy selects it. */
  readonly namespace?: string
  readonly labels?: Readonly<Record<string, string>> | undefined
  readonly pod?: Pod
  /** The machine that it is on, or that it is. */
  readonly nodeName?: string | undefined
}

export function partyAt(lister: Lister, ip: string): Party {
  const pod = podAt(lister, ip)
  if (pod !== undefined) return { ip, pod, namespace: pod.metadata.namespace as string, labels: pod.metadata.labels, nodeName: pod.spec.nodeName }
  return { ip, nodeName: nodeAt(lister, ip)?.metadata.name }
}

export const nodeAt = (lister: Lister, ip: string): Node | undefined => lister.byIndex(nodeKind, ADDRESS, ip)[0]
