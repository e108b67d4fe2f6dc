/** The validation of limit ranges. upstream: pkg/apis/core/validation ValidateLimitRange */
import { Findings, Path } from '../../../base/findings'
import type { FieldErrors } from '../../../base/field'
import { compareQuantities, parseQuantity, quantityMilliValue, quantityOf, quantityText, quantityValue, type Quantity } from '../../../base/quantity'
import { isQualifiedName } from '../../../base/validation'
import { checked, checkMetadata } from '../../metadata-checks'
import type { LimitRange, LimitRangeItem } from '../../schema/types/core.v1'
import { isOvercommitAllowed } from '../pod/template/resources'
import { validateContainerResourceName, validateResourceName } from '../pod/template/validate-resources'

const LIMITS = Path.of('spec').child('limits')
const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim']
/** Above this, thousandths would not fit into Go's 64 bits. */
const MAX_MILLI_VALUE = 9223372036854775
const ONE = quantityOf(1)

export const validateLimitRange = checked(check)

/** A changed range is checked as a new one. */
export function validateLimitRangeUpdate(next: LimitRange, previous: LimitRange): FieldErrors {
  const f = new Findings()
  checkMetadata(f, next.metadata, { previous: previous.metadata })
  check(f, next)
  return f.errors
}

function check(f: Findings, { spec }: LimitRange): void {
  const types = new Set<string>()
  spec?.limits?.forEach((item, i) => {
    const at = LIMITS.at(i)
    const type = item.type ?? ''
    validateType(f, at.child('type'), type)
    if (types.has(type)) f.duplicate(at.child('type'), type)
    types.add(type)
    validateNames(f, at, item)
    const names = new Set<string>()
    for (const list of ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const) {
      if (type === 'Pod' && (list === 'default' || list === 'defaultRequest')) continue
      for (const name in item[list]) names.add(name)
    }
    for (const name of names) compare(f, at, item, name)
  })
}

function validateType(f: Findings, at: Path, type: string): void {
  const problems = isQualifiedName(type)
  if (problems.length > 0) f.problems(at, type, problems)
  else if (!type.includes('/') && !TYPES.includes(type)) f.invalid(at, type, 'must be a standard limit type or fully qualified')
}

function validateNames(f: Findings, at: Path, item: LimitRangeItem): void {
  const each = (list: 'max' | 'min' | 'default' | 'defaultRequest' | 'maxLimitRequestRatio'): void => {
    for (const name in item[list]) {
      if (item.type === 'Pod' || item.type === 'Container') validateContainerResourceName(f, at.child(list).key(name), name)
      else validateResourceName(f, at.child(list).key(name), name)
    }
  }
  each('max')
  each('min')
  for (const list of ['default', 'defaultRequest'] as const) {
    if (item.type !== 'Pod') each(list)
    else if (Object.keys(item[list] ?? {}).length > 0) f.forbidden(at.child(list), "may not be specified when `type` is 'Pod'")
  }
  if (item.type === 'PersistentVolumeClaim' && item.min?.storage === undefined && item.max?.storage === undefined)
    f.required(at.child('limits'), 'either minimum or maximum storage value is required, but neither was provided')
  each('maxLimitRequestRatio')
}

/** One resource's values against each other. */
function compare(f: Findings, at: Path, item: LimitRangeItem, name: string): void {
  const read = (text: string | undefined): Quantity | undefined => (text === undefined ? undefined : parseQuantity(text))
  const min = read(item.min?.[name])
  const max = read(item.max?.[name])
  const limit = item.type === 'Pod' ? undefined : read(item.default?.[name])
  const request = item.type === 'Pod' ? undefined : read(item.defaultRequest?.[name])
  const more = (a: Quantity | undefined, b: Quantity | undefined): boolean => a !== undefined && b !== undefined && compareQuantities(a, b) > 0
  const text = (q: Quantity | undefined): string => quantityText(q as Quantity)
  const wrong = (list: string, value: Quantity | undefined, detail: string): void => f.invalid(at.child(list).key(name), text(value), detail)
  if (more(min, max)) wrong('min', min, `min value ${text(min)} is greater than max value ${text(max)}`)
  if (more(min, request)) wrong('defaultRequest', request, `min value ${text(min)} is greater than default request value ${text(request)}`)
  if (more(request, max)) wrong('defaultRequest', request, `default request value ${text(request)} is greater than max value ${text(max)}`)
  if (more(request, limit)) wrong('defaultRequest', request, `default request value ${text(request)} is greater than default limit value ${text(limit)}`)
  if (more(min, limit)) wrong('default', min, `min value ${text(min)} is greater than default value ${text(limit)}`)
  if (more(limit, max)) wrong('default', max, `default value ${text(limit)} is greater than max value ${text(max)}`)
  const ratio = read(item.maxLimitRequestRatio?.[name])
  if (ratio !== undefined) {
    if (compareQuantities(ratio, ONE) < 0) wrong('maxLimitRequestRatio', ratio, `ratio ${text(ratio)} is less than 1`)
    if (min !== undefined && max !== undefined) {
      const reach = spread(ratio, min, max)
      if (reach.ratio > reach.limit) wrong('maxLimitRequestRatio', ratio, `ratio ${text(ratio)} is greater than max/min = ${reach.limit === Infinity ? '+Inf' : reach.limit.toFixed(6)}`)
    }
  }
  if (!isOvercommitAllowed(name) && limit !== undefined && request !== undefined && compareQuantities(limit, request) !== 0)
    wrong('defaultRequest', request, `default value ${text(limit)} must equal to defaultRequest value ${text(request)} in ${name}`)
}

function spread(ratio: Quantity, min: Quantity, max: Quantity): { ratio: number; limit: number } {
  if ([ratio, min, max].every(q => quantityValue(q) < MAX_MILLI_VALUE)) return { ratio: quantityMilliValue(ratio) / 1000, limit: quantityMilliValue(max) / quantityMilliValue(min) }
  return { ratio: quantityValue(ratio), limit: quantityValue(max) / quantityValue(min) }
}
