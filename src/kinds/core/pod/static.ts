/** Static pods: run by a node's kubelet from a file, and shown by a mirror pod that the kubelet makes. upstream: pkg/kubelet/types/pod_update.go, pkg/kubelet/config */
import type { Pod } from '../../schema/types/core.v1'

const MIRROR = 'kubernetes.io/config.mirror'
export const CONFIG_SOURCE = 'kubernetes.io/config.source'

/** The hash of the manifest behind a mirror pod; undefined for every other pod. */
export const mirrorHash = ({ metadata }: Pick<Pod, 'metadata'>): string | undefined => metadata.annotations?.[MIRROR]

/** As what a kubelet knows the pod: a static pod keeps its identity when its mirror goes and comes back. */
export const kubeletUid = (pod: Pick<Pod, 'metadata'>): string => mirrorHash(pod) ?? (pod.metadata.uid as string)
