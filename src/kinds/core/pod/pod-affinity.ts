/** Pod affinity: the terms of a pod in one form, and where a pod is filed by them, so that a newcomer finds whom it concerns without looking at everyone. upstream: kube-scheduler/framework AffinityTerm */
import { matchesLabels, requiredPairs, selectorOfObject, type LabelSelector, type LabelSelectorObject } from '../../../base/label-selector'
import type { Pod, PodAffinityTerm, PodSpec } from '../../schema/types/core.v1'

export type TermKind = 'required' | 'requiredAnti' | 'preferred' | 'preferredAnti'

export interface AffinityTerm {
  readonly kind: TermKind
  /** 0 for required ones. */
  readonly weight: number
  readonly topologyKey: string
  /** In order; besides what `namespaceSelector` picks. */
  readonly namespaces: readonly string[]
  readonly namespaceSelector: LabelSelector | undefined
  readonly selector: LabelSelector
  /** The same for terms that mean the same. */
  readonly id: string
}

/** Index of pods on nodes by what their terms select. */
export const AFFINITY = 'affinity'

const NO_TERMS: readonly AffinityTerm[] = []
const parsed = new WeakMap<object, readonly AffinityTerm[]>()

export function hasPodAffinity({ affinity }: PodSpec): boolean {
  return affinity?.podAffinity !== undefined || affinity?.podAntiAffinity !== undefined
}

/** All terms of a pod, in the order in which they stand. */
export function affinityTerms(pod: Pod): readonly AffinityTerm[] {
  const { affinity } = pod.spec
  if (affinity === undefined || !hasPodAffinity(pod.spec)) return NO_TERMS
  let terms = parsed.get(affinity)
  if (terms === undefined) parsed.set(affinity, (terms = read(pod)))
  return terms
}

function read({ spec: { affinity }, metadata: { namespace = '' } }: Pod): readonly AffinityTerm[] {
  const terms: AffinityTerm[] = []
  const add = (kind: TermKind, term: PodAffinityTerm, weight: number): void => void terms.push(termOf(kind, term, weight, namespace))
  for (const t of affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) add('required', t, 0)
  for (const t of affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) add('requiredAnti', t, 0)
  for (const t of affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []) add('preferred', t.podAffinityTerm, t.weight)
  for (const t of affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []) add('preferredAnti', t.podAffinityTerm, t.weight)
  return terms
}

/** A term that names no namespaces in any way means the pod's own. */
function termOf(kind: TermKind, term: PodAffinityTerm, weight: number, namespace: string): AffinityTerm {
  const given = term.namespaces ?? []
  const namespaces = given.length === 0 && term.namespaceSelector === undefined ? [namespace] : [...given].sort()
  return {
    kind,
    weight,
    topologyKey: term.topologyKey,
    namespaces,
    namespaceSelector: term.namespaceSelector === undefined ? undefined : selectorOfObject(term.namespaceSelector as LabelSelectorObject),
    selector: selectorOfObject(term.labelSelector as LabelSelectorObject | undefined),
    id: JSON.stringify([kind, weight, term.topologyKey, namespaces, term.namespaceSelector, term.labelSelector]),
  }
}

/** Whether the term means this pod; `namespaceLabels` are those of the pod's namespace. upstream: AffinityTerm.Matches */
export function termMatches(term: AffinityTerm, pod: Pod, namespaceLabels: () => Readonly<Record<string, string>> | undefined): boolean {
  if (!matchesLabels(term.selector, pod.metadata.labels)) return false
  if (term.namespaces.includes(pod.metadata.namespace as string)) return true
  return term.namespaceSelector !== undefined && matchesLabels(term.namespaceSelector, namespaceLabels())
}

const ANYWHERE = '*'
const anchor = (namespace: string, pair: string): string => `${namespace}/${pair}`

/** Where a term is filed: by namespace (or any) and one pair that all whom it selects carry (or none). */
export function anchorsOf({ namespaces, namespaceSelector, selector }: AffinityTerm): string[] {
  if (selector.nothing === true) return []
  const [pair] = requiredPairs(selector)
  const label = pair === undefined ? '' : `${pair[0]}=${pair[1]}`
  const anchors = namespaces.map(n => anchor(n, label))
  if (namespaceSelector !== undefined) anchors.push(anchor(ANYWHERE, label))
  return anchors
}

export function affinityAnchors(pod: Pod): readonly string[] {
  return [...new Set(affinityTerms(pod).flatMap(anchorsOf))]
}

/** Where the terms are filed that could mean a pod with these labels. */
export function* anchorsFor(namespace: string, labels: Readonly<Record<string, string>> | undefined): Iterable<string> {
  for (const where of [namespace, ANYWHERE]) {
    yield anchor(where, '')
    for (const k in labels) yield anchor(where, `${k}=${labels[k]}`)
  }
}
