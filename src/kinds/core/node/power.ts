/** Whether a simulated machine runs. It is said on the Node itself, so that every client of the API can switch it. */
import type { Node } from '../../schema/types/core.v1'

/** `off`: the machine's kubelet does nothing, its pods stand still, its lease is not renewed. `shutdown`: it ends its pods first. */
export const POWER = 'kubottle.dev/power'

export const isOff = ({ metadata }: Pick<Node, 'metadata'>): boolean => metadata.annotations?.[POWER] === 'off'
export const isShuttingDown = ({ metadata }: Pick<Node, 'metadata'>): boolean => metadata.annotations?.[POWER] === 'shutdown'
