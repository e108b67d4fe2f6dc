/** How much is told about the work itself: `-v`, and `--vmodule` for single files of upstream's. upstream: k8s.io/klog/v2 */
import type { Clock } from '../../base/clock'
import type { IOStreams } from '../io-streams'
import { klogHeader } from '../klog'

export interface VerboseFlags {
  readonly v: number
  /** `round_trippers=8,rest*=6`: names of upstream's files, the first that fits counts. */
  readonly vmodule: string
}

export interface Verbosity {
  /** Whether a line of that level of `loader.go:407` is wanted. */
  at(place: string, level: number): boolean
  /** Writes the line if it is wanted. */
  info(place: string, level: number, text: string): void
}

export function createVerbosity({ v, vmodule }: VerboseFlags, io: Pick<IOStreams, 'stderr'>, clock: Clock): Verbosity {
  const modules = vmodule.split(',').filter(part => part !== '').map(part => {
    const [pattern = '', level = ''] = part.split('=')
    return { matches: globOf(pattern), level: Number(level) }
  })
  const at = (place: string, level: number): boolean => {
    if (v >= level) return true
    const file = place.slice(0, place.indexOf('.go'))
    const found = modules.find(m => m.matches.test(file))
    return found !== undefined && found.level >= level
  }
  return {
    at,
    info(place, level, text) {
      if (at(place, level)) io.stderr(`${klogHeader('I', clock.now())} ${place}] ${text}\n`)
    },
  }
}

const globOf = (pattern: string): RegExp => new RegExp(`^${pattern.replace(/[.+^${}()|\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.')}$`)
