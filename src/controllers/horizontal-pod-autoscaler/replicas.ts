/** How many replicas a metric asks for. upstream: pkg/controller/podautoscaler/replica_calculator.go, metrics/utilization.go */
import { parseTime } from '../../base/clock'
import { milliValueOfQuantity } from '../../base/quantity'
import { isReady, podCondition } from '../../kinds/core/pod/state'
import type { Container, Pod } from '../../kinds/schema/types/core.v1'

/** upstream: --horizontal-pod-autoscaler-tolerance */
const TOLERANCE = 0.1
/** upstream: --horizontal-pod-autoscaler-cpu-initialization-period, --horizontal-pod-autoscaler-initial-readiness-delay */
const CPU_INITIALIZATION_MS = 300_000
const INITIAL_READINESS_MS = 30_000

/** Thousandths, by the pod's name. */
export type PodValues = Map<string, { readonly value: number; readonly atMs: number; readonly windowMs: number }>

export interface Tolerances {
  readonly up: number
  readonly down: number
}
export const DEFAULT_TOLERANCES: Tolerances = { up: TOLERANCE, down: TOLERANCE }

export interface Proposal {
  readonly replicas: number
  /** Percent of what was requested, for utilization targets. */
  readonly utilization?: number
  /** Thousandths: an average per pod, or a value. */
  readonly value: number
}

const within = ({ up, down }: Tolerances, ratio: number): boolean => 1 - down <= ratio && ratio <= 1 + up

interface Groups {
  readonly ready: number
  readonly unready: ReadonlySet<string>
  readonly missing: ReadonlySet<string>
  readonly ignored: ReadonlySet<string>
}

function group(pods: readonly Pod[], values: PodValues, isCpu: boolean, nowMs: number): Groups {
  let ready = 0
  const unready = new Set<string>()
  const missing = new Set<string>()
  const ignored = new Set<string>()
  for (const pod of pods) {
    const { name } = pod.metadata
    const value = values.get(name)
    if (pod.metadata.deletionTimestamp !== undefined || pod.status?.phase === 'Failed') ignored.add(name)
    else if (pod.status?.phase === 'Pending') unready.add(name)
    else if (value === undefined) missing.add(name)
    else if (isCpu && isWarming(pod, value, nowMs)) unready.add(name)
    else ready++
  }
  return { ready, unready, missing, ignored }
}

/** What a pod uses while it starts says nothing of its work. */
function isWarming(pod: Pod, { atMs, windowMs }: { readonly atMs: number; readonly windowMs: number }, nowMs: number): boolean {
  const condition = podCondition(pod, 'Ready')
  const { startTime } = pod.status ?? {}
  if (condition === undefined || startTime === undefined) return true
  const startMs = parseTime(startTime)
  const changedMs = parseTime(condition.lastTransitionTime ?? '')
  if (startMs + CPU_INITIALIZATION_MS > nowMs) return condition.status === 'False' || atMs < changedMs + windowMs
  return condition.status === 'False' && startMs + INITIAL_READINESS_MS > changedMs
}

const total = (values: PodValues): number => [...values.values()].reduce((sum, v) => sum + v.value, 0)
const without = (values: PodValues, ...names: readonly ReadonlySet<string>[]): PodValues => new Map([...values].filter(([name]) => !names.some(n => n.has(name))))
const filled = (values: PodValues, names: ReadonlySet<string>, value: (name: string) => number): void => {
  for (const name of names) values.set(name, { value: value(name), atMs: 0, windowMs: 0 })
}

interface Question {
  readonly pods: readonly Pod[]
  readonly values: PodValues
  readonly current: number
  readonly isCpu: boolean
  readonly tolerances: Tolerances
  readonly nowMs: number
  /** The ratio to the target, of the pods that are measured. */
  ratioOf(values: PodValues): number
  /** What a pod without a value is taken to use when there are too many of them. */
  full(name: string): number
}

/** The steps that every metric of pods has in common. Throws what is told of a metric that cannot be used. */
function settle({ pods, values, current, isCpu, tolerances, nowMs, ratioOf, full }: Question): { readonly replicas: number; readonly measured: PodValues } {
  if (pods.length === 0) throw new Error('no pods returned by selector while calculating replica count')
  const { ready, unready, missing, ignored } = group(pods, values, isCpu, nowMs)
  const measured = without(values, ignored, unready)
  if (measured.size === 0) throw new Error('did not receive metrics for targeted pods (pods might be unready)')
  const ratio = ratioOf(measured)
  const up = unready.size > 0 && ratio > 1
  if (!up && missing.size === 0) return { measured, replicas: within(tolerances, ratio) ? current : Math.ceil(ratio * ready) }
  const all: PodValues = new Map(measured)
  if (ratio < 1) filled(all, missing, full)
  else if (ratio > 1 || !isCpu) filled(all, missing, () => 0)
  if (up) filled(all, unready, () => 0)
  const next = ratioOf(all)
  if (within(tolerances, next) || (ratio < 1 && next > 1) || (ratio > 1 && next < 1)) return { measured, replicas: current }
  const replicas = Math.ceil(next * all.size)
  return { measured, replicas: (next < 1 && replicas > current) || (next > 1 && replicas < current) ? current : replicas }
}

/** A share of what the pods ask for. */
export function byUtilization(pods: readonly Pod[], values: PodValues, current: number, target: number, resource: string, container: string | undefined, tolerances: Tolerances, nowMs: number): Proposal {
  let known: ReadonlyMap<string, number> | undefined
  const requests = (): ReadonlyMap<string, number> => (known ??= new Map(pods.map(p => [p.metadata.name, requested(p, resource, container)])))
  const percent = (v: PodValues): number => {
    let asked = 0
    for (const name of v.keys()) asked += requests().get(name) ?? 0
    if (asked === 0) throw new Error('no metrics returned matched known pods')
    return Math.trunc((total(v) * 100) / asked)
  }
  const { replicas, measured } = settle({ pods, values, current, isCpu: resource === 'cpu', tolerances, nowMs, ratioOf: v => percent(v) / target, full: name => Math.trunc(((requests().get(name) ?? 0) * Math.max(100, target)) / 100) })
  return { replicas, utilization: percent(measured), value: Math.trunc(total(measured) / measured.size) }
}

/** An average per pod, in thousandths. */
export function byAverage(pods: readonly Pod[], values: PodValues, current: number, target: number, resource: string, tolerances: Tolerances, nowMs: number): Proposal {
  const average = (v: PodValues): number => Math.trunc(total(v) / v.size)
  const { replicas, measured } = settle({ pods, values, current, isCpu: resource === 'cpu', tolerances, nowMs, ratioOf: v => average(v) / target, full: () => target })
  return { replicas, value: average(measured) }
}

/** A value for the workload as a whole, in thousandths. */
export function byValue(pods: readonly Pod[], value: number, current: number, target: number, tolerances: Tolerances): Proposal {
  const ratio = value / target
  if (current === 0) return { replicas: Math.ceil(ratio), value }
  if (within(tolerances, ratio)) return { replicas: current, value }
  if (pods.length === 0) throw new Error('unable to calculate ready pods: no pods returned by selector while calculating replica count')
  const ready = pods.filter(p => p.status?.phase === 'Running' && isReady(p)).length
  return { replicas: Math.ceil(ratio * ready), value }
}

/** A value that is shared by the replicas there are, in thousandths. */
export function byShare(value: number, replicas: number, target: number, tolerances: Tolerances): Proposal {
  const ratio = value / (target * replicas)
  return { replicas: within(tolerances, ratio) ? replicas : Math.ceil(value / target), value: replicas === 0 ? 0 : Math.ceil(value / replicas) }
}

/** Thousandths. Throws for a container that does not say. */
function requested({ metadata, spec }: Pod, resource: string, container: string | undefined): number {
  const whole = container === undefined ? spec.resources?.requests?.[resource] : undefined
  if (whole !== undefined) return milliValueOfQuantity(whole)
  const sidecars = (spec.initContainers ?? []).filter(c => c.restartPolicy === 'Always')
  let sum = 0
  for (const c of [...spec.containers, ...sidecars] as readonly Container[]) {
    if (container !== undefined && container !== c.name) continue
    const request = c.resources?.requests?.[resource]
    if (request === undefined) throw new Error(`missing request for ${resource} in container ${c.name} of Pod ${metadata.name}`)
    sum += milliValueOfQuantity(request)
  }
  return sum
}
