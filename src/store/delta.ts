/** What an older revision of an object has otherwise than the newer one that replaced it: the JSON of a revision that hardly anybody reads again. */
import { deepEqual } from '../base/equal'

type Json = Record<string, unknown>

/** `s`: members that the older one has otherwise, `d`: members that it lacks, `n`: members that are objects in both and differ within. */
export interface Delta {
  s?: Json
  d?: string[]
  n?: Record<string, Delta>
}

/** Undefined where they are alike. What both share costs nothing. Members that are undefined count as absent. */
export function deltaTo(older: object, newer: object): Delta | undefined {
  const to = older as Json
  const from = newer as Json
  let set: Json | undefined
  let dropped: string[] | undefined
  let nested: Record<string, Delta> | undefined
  for (const k in to) {
    const a = to[k]
    const b = from[k]
    if (a === b || a === undefined) continue
    if (isObject(a) && isObject(b)) {
      const within = deltaTo(a, b)
      if (within !== undefined) (nested ??= {})[k] = within
    } else if (!deepEqual(a, b)) (set ??= {})[k] = a
  }
  for (const k in from) if (from[k] !== undefined && to[k] === undefined) (dropped ??= []).push(k)
  if (set === undefined && dropped === undefined && nested === undefined) return undefined
  const out: Delta = {}
  if (set !== undefined) out.s = set
  if (dropped !== undefined) out.d = dropped
  if (nested !== undefined) out.n = nested
  return out
}

/** The older one. Shares with the newer one what is alike; neither may be changed. */
export function withDelta<T extends object>(newer: T, delta: Delta | undefined): T {
  const out = { ...newer } as Json
  if (delta?.d !== undefined) for (const k of delta.d) delete out[k]
  if (delta?.n !== undefined) for (const k in delta.n) out[k] = withDelta(out[k] as object, delta.n[k])
  if (delta?.s !== undefined) Object.assign(out, delta.s)
  return out as T
}

const isObject = (v: unknown): v is object => typeof v === 'object' && v !== null && !Array.isArray(v)
