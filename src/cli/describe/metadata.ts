/** Parts that most descriptions share: labels, annotations, taints, tolerations. upstream: kubectl/pkg/describe printLabelsMultiline and its like */
import { byCodePoint, sortedKeys } from '../../base/go-text'
import { sortAsGo } from '../../base/go-sort'
import type { KubeObject, ObjectMeta } from '../../kinds/kind'
import type { Taint, Toleration } from '../../kinds/schema/types/core.v1'
import type { Lines } from './writer'

type Pairs = Readonly<Record<string, string>> | undefined

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const ANNOTATION_MAX = 140

/** `Title:  first`, the others below it; `<none>` for none. */
export function listed(w: Lines, title: string, values: readonly string[], indent = ''): void {
  w.write(0, `${indent}${title}:\t`)
  if (values.length === 0) return w.line('<none>')
  for (const [i, value] of values.entries()) {
    if (i > 0) w.write(0, `${indent}\t`)
    w.write(0, `${value}\n`)
  }
}

/** `Labels:  a=b`, one a line, sorted. */
export function labels(w: Lines, title: string, pairs: Pairs, indent = ''): void {
  listed(w, title, sortedKeys(pairs ?? {}).map(key => `${key}=${pairs?.[key] ?? ''}`), indent)
}

/** Annotations, long ones on lines of their own and cut; what apply remembers is left out. */
export function annotations(w: Lines, title: string, pairs: Pairs): void {
  w.write(0, `${title}:\t`)
  const keys = sortedKeys(pairs ?? {}).filter(key => key !== LAST_APPLIED)
  if (keys.length === 0) return w.line('<none>')
  for (const [i, key] of keys.entries()) {
    if (i > 0) w.write(0, '\t')
    const whole = pairs?.[key] ?? ''
    const value = whole.endsWith('\n') ? whole.slice(0, -1) : whole
    if (bytes(value) + bytes(key) + 2 > ANNOTATION_MAX || value.includes('\n')) {
      w.write(0, `${key}:\n`)
      for (const part of value.split('\n')) w.write(0, `\t  ${shorten(part, ANNOTATION_MAX - 2)}\n`)
    } else w.write(0, `${key}: ${value}\n`)
  }
}

const bytes = (text: string): number => Buffer.byteLength(text)
/** In bytes, as Go cuts. */
export const shorten = (text: string, max: number): string => (bytes(text) > max ? `${Buffer.from(text).subarray(0, max).toString('utf8')}...` : text)

/** Labels and annotations, as nearly every description begins. */
export function labelsAndAnnotations(w: Lines, { labels: l, annotations: a }: ObjectMeta): void {
  labels(w, 'Labels', l)
  annotations(w, 'Annotations', a)
}

/** `Kind/name` of the controlling owner, or nothing. upstream: printController */
export function controlledBy(w: Lines, { metadata }: KubeObject): void {
  const owner = metadata.ownerReferences?.find(o => o.controller === true)
  if (owner !== undefined) w.write(0, `Controlled By:\t${owner.kind}/${owner.name}\n`)
}

/** `key=value:Effect`. upstream: Taint.ToString */
export function taintText({ key, value = '', effect = '' }: Taint): string {
  if (effect === '') return value === '' ? key : `${key}=${value}:`
  return value === '' ? `${key}:${effect}` : `${key}=${value}:${effect}`
}

export function taints(w: Lines, title: string, given: readonly Taint[] | undefined): void {
  const sorted = [...(given ?? [])]
  const sortKey = (t: Taint): string => `${t.effect ?? ''},${t.key}`
  sortAsGo(sorted, (a, b) => byCodePoint(sortKey(a), sortKey(b)) < 0)
  listed(w, title, sorted.map(taintText))
}

export function tolerations(w: Lines, title: string, given: readonly Toleration[] | undefined): void {
  const sorted = [...(given ?? [])]
  sortAsGo(sorted, (a, b) => byCodePoint(a.key ?? '', b.key ?? '') < 0)
  listed(w, title, sorted.map(tolerationText))
}

function tolerationText({ key = '', value = '', effect = '', operator, tolerationSeconds }: Toleration): string {
  let out = key
  if (value !== '') out += `=${value}`
  if (effect !== '') out += `:${effect}`
  if (operator === 'Exists' && value === '') out += out === '' ? 'op=Exists' : ' op=Exists'
  return tolerationSeconds === undefined ? out : `${out} for ${tolerationSeconds}s`
}
