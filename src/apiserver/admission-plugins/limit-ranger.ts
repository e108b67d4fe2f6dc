/** LimitRanger: gives containers the requests and limits that a namespace's limit ranges say, and refuses what lies outside. upstream: plugin/pkg/admission/limitranger */
import { compareQuantities, parseQuantity, quantityMilliValue, quantityText, quantityValue, type Quantity } from '../../base/quantity'
import { forbiddenRequest } from '../../base/status'
import type { Lister } from '../../client/lister'
import { LIMIT_RANGES, limitRange } from '../../kinds/core/limit-range/kind'
import { aggregateContainers } from '../../kinds/core/pod/template/resources'
import type { Container, LimitRange, LimitRangeItem, PersistentVolumeClaim, Pod } from '../../kinds/schema/types/core.v1'
import type { AdmissionPlugin, Attributes } from '../admission'

const ANNOTATION = 'kubernetes.io/limit-ranger'
/** Above this, thousandths would not fit into Go's 64 bits. */
const MAX_MILLI_VALUE = 9223372036854775

type Resources = Readonly<Record<string, string>>

export const limitRanger: AdmissionPlugin = {
  name: 'LimitRanger',
  operations: ['CREATE', 'UPDATE'],
  resources: ['pods', 'persistentvolumeclaims'],
  admit(a, { lister }) {
    if (a.kind.plural !== 'pods' || a.operation !== 'CREATE' || a.subresource !== '') return
    for (const range of rangesOf(lister, a.namespace)) setDefaults(a.object as Pod, range)
  },
  validate(a, { lister }) {
    if (!supports(a)) return
    for (const { spec } of rangesOf(lister, a.namespace)) {
      const errors = (spec?.limits ?? []).flatMap(item => (a.kind.plural === 'pods' ? podErrors(a.object as Pod, item) : claimErrors(a.object as PersistentVolumeClaim, item)))
      if (errors.length > 0) throw forbiddenRequest(a.kind, a.name, aggregate(errors))
    }
  },
}

/** Pods are checked when they are made and when they are resized, claims whenever they are written. */
function supports({ kind, operation, subresource, object }: Attributes): boolean {
  if (operation === 'UPDATE' && object.metadata.deletionTimestamp !== undefined) return false
  if (kind.plural === 'pods') return operation === 'CREATE' ? subresource === '' : subresource === 'resize'
  return subresource === ''
}

const NONE: readonly LimitRange[] = []
function rangesOf(lister: Lister, namespace: string | undefined): readonly LimitRange[] {
  return namespace === undefined || lister.total(LIMIT_RANGES, namespace) === undefined ? NONE : lister.list(limitRange, namespace)
}

function setDefaults(pod: Pod, { spec }: LimitRange): void {
  const limits: Record<string, string> = {}
  const requests: Record<string, string> = {}
  for (const item of spec?.limits ?? []) {
    if (item.type !== 'Container') continue
    Object.assign(limits, item.default)
    Object.assign(requests, item.defaultRequest)
  }
  const said: string[] = []
  const merge = (list: Container[] | undefined, what: string): void => {
    for (const c of list ?? []) {
      const [setRequests, setLimits] = [missing(c.resources?.requests, requests), missing(c.resources?.limits, limits)]
      if (setRequests.length + setLimits.length === 0) continue
      c.resources = {
        ...c.resources,
        ...(setLimits.length === 0 ? {} : { limits: { ...c.resources?.limits, ...only(limits, setLimits) } }),
        ...(setRequests.length === 0 ? {} : { requests: { ...c.resources?.requests, ...only(requests, setRequests) } }),
      }
      if (setRequests.length > 0) said.push(`${setRequests.join(', ')} request for ${what} ${c.name}`)
      if (setLimits.length > 0) said.push(`${setLimits.join(', ')} limit for ${what} ${c.name}`)
    }
  }
  merge(pod.spec.containers, 'container')
  merge(pod.spec.initContainers, 'init container')
  if (said.length > 0) pod.metadata.annotations = { ...pod.metadata.annotations, [ANNOTATION]: `LimitRanger plugin set: ${said.join('; ')}` }
}

const missing = (have: Resources | undefined, defaults: Resources): string[] => Object.keys(defaults).filter(name => have?.[name] === undefined).sort()
const only = (list: Resources, names: readonly string[]): Record<string, string> => Object.fromEntries(names.map(n => [n, list[n] as string]))

function podErrors(pod: Pod, item: LimitRangeItem): string[] {
  if (item.type === 'Container') return [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].flatMap(c => itemErrors(item, c.resources?.requests ?? {}, c.resources?.limits ?? {}))
  if (item.type !== 'Pod') return []
  return itemErrors(item, { ...aggregateContainers(pod.spec, 'requests'), ...pod.spec.resources?.requests }, { ...aggregateContainers(pod.spec, 'limits'), ...pod.spec.resources?.limits })
}

function claimErrors(claim: PersistentVolumeClaim, item: LimitRangeItem): string[] {
  if (item.type !== 'PersistentVolumeClaim') return []
  const requests = (claim.spec?.resources?.requests ?? {}) as Resources
  return [
    ...each(item.min, (name, enforced) => belowMinimum(item.type, name, enforced, requests, {})),
    ...each(item.max, (name, enforced) => {
      const says = `maximum ${name} usage per ${item.type} is ${enforced}`
      const request = requests[name]
      if (request === undefined) return `${says}. No request is specified`
      return more(request, enforced) ? `${says}, but request is ${textOf(request)}` : undefined
    }),
  ]
}

function itemErrors(item: LimitRangeItem, requests: Resources, limits: Resources): string[] {
  return [
    ...each(item.min, (name, enforced) => belowMinimum(item.type, name, enforced, requests, limits)),
    ...each(item.max, (name, enforced) => {
      const says = `maximum ${name} usage per ${item.type} is ${enforced}`
      const [request, limit] = [requests[name], limits[name]]
      if (limit === undefined) return `${says}. No limit is specified`
      if (more(limit, enforced)) return `${says}, but limit is ${textOf(limit)}`
      return request !== undefined && more(request, enforced) ? `${says}, but request is ${textOf(request)}` : undefined
    }),
    ...each(item.maxLimitRequestRatio, (name, enforced) => ratioError(item.type, name, enforced, requests[name], limits[name])),
  ]
}

function each(list: Resources | undefined, check: (name: string, enforced: string) => string | undefined): string[] {
  return Object.keys(list ?? {}).sort().flatMap(name => check(name, textOf((list as Resources)[name] as string)) ?? [])
}

function belowMinimum(type: string, name: string, enforced: string, requests: Resources, limits: Resources): string | undefined {
  const says = `minimum ${name} usage per ${type} is ${enforced}`
  const [request, limit] = [requests[name], limits[name]]
  if (request === undefined) return `${says}. No request is specified`
  if (more(enforced, request)) return `${says}, but request is ${textOf(request)}`
  return limit !== undefined && more(enforced, limit) ? `${says}, but limit is ${textOf(limit)}` : undefined
}

function ratioError(type: string, name: string, enforced: string, request: string | undefined, limit: string | undefined): string | undefined {
  const says = `${name} max limit to request ratio per ${type} is ${enforced}`
  if (request === undefined || isZero(request)) return `${says}, but no request is specified or request is 0`
  if (limit === undefined || isZero(limit)) return `${says}, but no limit is specified or limit is 0`
  const [r, l, e] = [parseQuantity(request), parseQuantity(limit), parseQuantity(enforced)]
  const fine = [r, l, e].every(q => quantityValue(q) <= MAX_MILLI_VALUE)
  const amount = (q: Quantity): number => (fine ? quantityMilliValue(q) : quantityValue(q))
  const ratio = amount(l) / amount(r)
  const most = quantityValue(e) <= MAX_MILLI_VALUE ? quantityMilliValue(e) / 1000 : quantityValue(e)
  return ratio > most ? `${says}, but provided ratio is ${ratio.toFixed(6)}` : undefined
}

const textOf = (text: string): string => quantityText(parseQuantity(text))
const more = (a: string, b: string): boolean => compareQuantities(parseQuantity(a), parseQuantity(b)) > 0
const isZero = (text: string): boolean => quantityValue(parseQuantity(text)) === 0
/** upstream: utilerrors.NewAggregate */
function aggregate(errors: readonly string[]): string {
  const once = [...new Set(errors)]
  return once.length === 1 ? (once[0] as string) : `[${once.join(', ')}]`
}
