/** Values that are a number or a percentage (maxSurge, maxUnavailable, minAvailable). upstream: apimachinery/pkg/util/intstr, pkg/apis/apps/validation */
import type { FieldErrors } from './field'
import { goQuote, invalidValue } from './field'
import { isPercent, validateNonnegative } from './validation'

export type IntOrString = number | string

/** The number, or that share of `total`, rounded up or down. Throws an Error in upstream's words when a text is no percentage. */
export function scaledIntOrPercent(value: IntOrString, total: number, roundUp: boolean): number {
  if (typeof value === 'number') return value
  if (!value.endsWith('%')) throw new Error('invalid value for IntOrString: invalid type: string is not a percentage')
  const digits = value.slice(0, -1)
  if (!/^[-+]?\d+$/.test(digits)) throw new Error(`invalid value for IntOrString: invalid value ${goQuote(value)}: strconv.Atoi: parsing ${goQuote(digits)}: invalid syntax`)
  const share = (Number(digits) * total) / 100
  return roundUp ? Math.ceil(share) : Math.floor(share)
}

/** A text that is a whole number becomes one. upstream: intstr.Parse */
export function parseIntOrString(text: string): IntOrString {
  const n = /^[-+]?\d+$/.test(text) ? Number(text) : NaN
  return n >= -2147483648 && n <= 2147483647 ? n : text
}

/** upstream: apps validation.ValidatePositiveIntOrPercent */
export function* validatePositiveIntOrPercent(value: IntOrString, path: string): FieldErrors {
  if (typeof value === 'number') yield* validateNonnegative(value, path)
  else for (const problem of isPercent(value)) yield invalidValue(path, value, problem)
}

/** upstream: apps validation.IsNotMoreThan100Percent */
export function* validateAtMost100Percent(value: IntOrString, path: string): FieldErrors {
  if (typeof value === 'string' && isPercent(value).length === 0 && Number(value.slice(0, -1)) > 100) yield invalidValue(path, value, 'must not be greater than 100%')
}
