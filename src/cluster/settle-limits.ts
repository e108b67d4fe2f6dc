/** How long a cluster settles after a command, unless it says otherwise. */
import type { SettleLimits } from './engine'

export const DEFAULT_SETTLE: SettleLimits = { quietMs: 30_000, busyQuietMs: 30_000, capMs: 120_000, turns: 300 }
