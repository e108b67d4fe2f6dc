/** How fast an autoscaler may go: stabilization, policies, bounds. upstream: pkg/controller/podautoscaler/horizontal.go normalizeDesiredReplicas* */
import type { HorizontalPodAutoscaler, HPAScalingRules } from '../../kinds/schema/types/autoscaling.v2'

/** upstream: --horizontal-pod-autoscaler-downscale-stabilization */
const DOWNSCALE_STABILIZATION_MS = 300_000
const SCALE_UP_FACTOR = 2
const SCALE_UP_MINIMUM = 4

interface Timed {
  readonly n: number
  readonly atMs: number
}

/** What the autoscaler remembers of one object. */
export interface Past {
  readonly recommendations: readonly Timed[]
  readonly up: readonly Timed[]
  readonly down: readonly Timed[]
}
export const NO_PAST: Past = { recommendations: [], up: [], down: [] }

interface Said {
  readonly reason: string
  readonly message: string
}
export interface Paced {
  readonly replicas: number
  readonly able: Said
  readonly limited: Said & { readonly is: boolean }
  readonly past: Past
}

const MATCHES: Said = { reason: 'ReadyForNewScale', message: 'recommended size matches current size' }
const UP_STABILIZED: Said = { reason: 'ScaleUpStabilized', message: 'recent recommendations were lower than current one, applying the lowest recent recommendation' }
const DOWN_STABILIZED: Said = { reason: 'ScaleDownStabilized', message: 'recent recommendations were higher than current one, applying the highest recent recommendation' }
const WITHIN: Said = { reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' }
const TOO_MANY: Said = { reason: 'TooManyReplicas', message: 'the desired replica count is more than the maximum replica count' }
const TOO_FEW: Said = { reason: 'TooFewReplicas', message: 'the desired replica count is less than the minimum replica count' }
const UP_LIMIT: Said = { reason: 'ScaleUpLimit', message: 'the desired replica count is increasing faster than the maximum scale rate' }
const DOWN_LIMIT: Said = { reason: 'ScaleDownLimit', message: 'the desired replica count is decreasing faster than the maximum scale rate' }

/** `wanted`: what the metrics ask for. */
export function paced({ spec }: HorizontalPodAutoscaler, current: number, wanted: number, past: Past, nowMs: number): Paced {
  const { minReplicas: min = 1, maxReplicas: max = 0, behavior } = spec ?? {}
  const up = behavior?.scaleUp
  const down = behavior?.scaleDown
  const upMs = (up?.stabilizationWindowSeconds ?? 0) * 1000
  const downMs = down?.stabilizationWindowSeconds === undefined ? DOWNSCALE_STABILIZATION_MS : down.stabilizationWindowSeconds * 1000
  const known = past.recommendations.length > 0 ? past.recommendations : [{ n: current, atMs: nowMs }]
  const recent = (windowMs: number): number[] => [wanted, ...known.filter(r => r.atMs > nowMs - windowMs).map(r => r.n)]
  const highest = Math.max(...recent(downMs))
  const stable = behavior === undefined ? highest : Math.min(Math.max(current, Math.min(...recent(upMs))), highest)
  const able = stable === wanted ? MATCHES : behavior !== undefined && wanted >= current ? UP_STABILIZED : DOWN_STABILIZED
  const { replicas, ...said } = behavior === undefined ? ruled(current, stable, min, max) : rated(current, stable, min, max, up, down, past, nowMs)
  const keepMs = Math.max(upMs, downMs)
  const recommendations = [...known.filter(r => r.atMs > nowMs - keepMs), { n: wanted, atMs: nowMs }]
  return { replicas, able, limited: { ...said, is: replicas !== stable }, past: { ...past, recommendations } }
}

function ruled(current: number, wanted: number, min: number, max: number): Said & { readonly replicas: number } {
  const limit = Math.max(SCALE_UP_FACTOR * current, SCALE_UP_MINIMUM)
  const most = Math.min(limit, max)
  if (wanted < min) return { replicas: min, ...TOO_FEW }
  if (wanted > most) return { replicas: most, ...(max > limit ? UP_LIMIT : TOO_MANY) }
  return { replicas: wanted, ...WITHIN }
}

function rated(current: number, wanted: number, min: number, max: number, up: HPAScalingRules | undefined, down: HPAScalingRules | undefined, past: Past, nowMs: number): Said & { readonly replicas: number } {
  if (wanted > current) {
    const limit = Math.max(current, reach(current, up, past, nowMs, 1))
    const most = Math.min(limit, max)
    if (wanted > most) return { replicas: most, ...(max > limit ? UP_LIMIT : TOO_MANY) }
  } else if (wanted < current) {
    const limit = Math.min(current, reach(current, down, past, nowMs, -1))
    const least = Math.max(limit, min)
    if (wanted < least) return { replicas: least, ...(min < limit ? DOWN_LIMIT : TOO_FEW) }
  }
  return { replicas: wanted, ...WITHIN }
}

/** How far the policies let it go from here. `direction`: 1 up, -1 down. */
function reach(current: number, rules: HPAScalingRules | undefined, past: Past, nowMs: number, direction: 1 | -1): number {
  if (rules?.selectPolicy === 'Disabled') return current
  const ends = (rules?.policies ?? []).map(({ type, value, periodSeconds }) => {
    const changed = (changes: readonly Timed[]): number => changes.filter(c => c.atMs > nowMs - periodSeconds * 1000).reduce((sum, c) => sum + c.n, 0)
    const began = current - changed(past.up) + changed(past.down)
    if (type === 'Pods') return began + direction * value
    return direction > 0 ? Math.ceil(began * (1 + value / 100)) : Math.trunc(began * (1 - value / 100))
  })
  // The smallest change is the lowest number on the way up and the highest on the way down.
  return (rules?.selectPolicy === 'Min') === direction > 0 ? Math.min(...ends) : Math.max(...ends)
}

/** After a change of scale: what policies count. */
export function withChange(past: Past, { spec }: HorizontalPodAutoscaler, from: number, to: number, nowMs: number): Past {
  if (spec?.behavior === undefined) return past
  const side = to > from ? 'up' : 'down'
  const rules = to > from ? spec.behavior.scaleUp : spec.behavior.scaleDown
  const longestMs = Math.max(0, ...(rules?.policies ?? []).map(p => p.periodSeconds * 1000))
  return { ...past, [side]: [...past[side].filter(c => c.atMs >= nowMs - longestMs), { n: Math.abs(to - from), atMs: nowMs }] }
}
