/** `kubottle clock`: shows, moves or sets the time of the cluster. */
import { timestamp } from '../../base/clock'
import { DurationError, parseDuration } from '../../base/duration'
import { UsageError } from '../../base/errors'
import type { ClockMode } from '../../client/cluster-summary'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { ownControl } from './control'

const MODES: readonly ClockMode[] = ['settle', 'realtime', 'fixed']

export interface Options {
  readonly factory: Factory
  /** Where to, given the time of the cluster; undefined: it stays. */
  readonly target: ((nowMs: number) => number) | undefined
  readonly mode: ClockMode | undefined
}

export function toOptions(invocation: Invocation<'kubottle clock'>, factory: Factory): Options {
  const { args, flags } = invocation
  if (args.length > 1) throw invocation.usageError(`one time at most, got ${args.length}`)
  const mode = flags.mode === '' ? undefined : (flags.mode as ClockMode)
  if (mode !== undefined && !MODES.includes(mode)) throw new UsageError(`unknown mode ${JSON.stringify(mode)}; must be ${MODES.join(', ')}`)
  return { factory, mode, target: args[0] === undefined ? undefined : targetOf(args[0]) }
}

/** `+1h30m`, or a time. Throws UsageError. */
function targetOf(text: string): (nowMs: number) => number {
  if (text.startsWith('+')) {
    try {
      const ms = parseDuration(text.slice(1))
      return now => now + ms
    } catch (e) {
      if (e instanceof DurationError) throw new UsageError(e.message)
      throw e
    }
  }
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw new UsageError(`${JSON.stringify(text)} is neither a duration such as +1h30m nor a time such as 2026-11-21T08:00:00Z`)
  return () => ms
}

export async function run({ factory, target, mode }: Options): Promise<void> {
  const own = await ownControl(factory)
  if (mode !== undefined) await own.setClockMode(mode)
  if (target !== undefined) await own.advanceTo(target((await own.summary()).nowMs))
  const summary = await own.summary()
  factory.io.stdout(`${timestamp(summary.nowMs)} (${mode ?? summary.mode})\n`)
}
