/** Field errors of validation: what is wrong with which field, worded as the API server words it. upstream: apimachinery/pkg/util/validation/field */

export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTooFew'
  | 'InternalError'
  | 'FieldValueTypeInvalid'
  | 'FieldValueTooShort'

export interface FieldError {
  readonly type: FieldErrorType
  /** Path from the object's root, `spec.containers[0].name`; `<nil>` for the object itself. */
  readonly field: string
  readonly value?: unknown
  readonly detail: string
}

/** A generator of field errors: validators `yield` one error, or `yield*` another validator. */
export type FieldErrors = Iterable<FieldError>

const TITLES: Record<FieldErrorType, string> = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  FieldValueTooFew: 'Too few',
  InternalError: 'Internal error',
  FieldValueTypeInvalid: 'Invalid value',
  FieldValueTooShort: 'Too short',
}

/** Types whose text leaves the value out. */
const WITHOUT_VALUE = new Set<FieldErrorType>(['FieldValueRequired', 'FieldValueForbidden', 'FieldValueTooLong', 'FieldValueTooShort', 'InternalError'])

const error = (type: FieldErrorType, field: string, value: unknown, detail: string): FieldError => ({ type, field, value, detail })

export const required = (field: string, detail = ''): FieldError => error('FieldValueRequired', field, '', detail)
export const invalidValue = (field: string, value: unknown, detail = ''): FieldError => error('FieldValueInvalid', field, value, detail)
export const forbidden = (field: string, detail = ''): FieldError => error('FieldValueForbidden', field, '', detail)
export const duplicate = (field: string, value: unknown): FieldError => error('FieldValueDuplicate', field, value, '')
export const fieldNotFound = (field: string, value: unknown): FieldError => error('FieldValueNotFound', field, value, '')

/** `supported` is printed in the order given: upstream sorts some sets and not others, so the caller does. */
export const notSupported = (field: string, value: unknown, supported: readonly string[]): FieldError =>
  error('FieldValueNotSupported', field, value, supported.length > 0 ? `supported values: ${supported.map(s => JSON.stringify(s)).join(', ')}` : '')

export const tooLong = (field: string, maxBytes: number): FieldError =>
  error('FieldValueTooLong', field, undefined, maxBytes >= 0 ? `may not be more than ${maxBytes} ${maxBytes === 1 ? 'byte' : 'bytes'}` : 'value is too long')
export const tooShort = (field: string, min: number): FieldError =>
  error('FieldValueTooShort', field, undefined, min >= 0 ? `must be at least ${min} ${min === 1 ? 'character' : 'characters'}` : 'value is too short')
export const tooMany = (field: string, actual: number, max: number): FieldError =>
  error('FieldValueTooMany', field, actual < 0 ? undefined : actual, max >= 0 ? `must have at most ${max} ${max === 1 ? 'item' : 'items'}` : 'has too many items')

/** The message without the field: `Invalid value: "x": must be …`. upstream: field.Error.ErrorBody */
export function fieldErrorBody(e: FieldError): string {
  const title = TITLES[e.type]
  const body = WITHOUT_VALUE.has(e.type) || e.value === undefined ? title : `${title}: ${valueText(e.value)}`
  return e.detail === '' ? body : `${body}: ${e.detail}`
}

/** Go marshals what is neither a number, a boolean nor a string as JSON, with HTML characters escaped. */
function valueText(value: unknown): string {
  if (typeof value === 'string') return goQuote(value)
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  return JSON.stringify(value ?? null).replace(/[<>&\u2028\u2029]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Go's %q: as JSON's quoting, but control characters as \x07, \u00XX only where not printable. */
export function goQuote(s: string): string {
  let out = '"'
  for (const c of s) {
    const code = c.codePointAt(0) as number
    const short = SHORT_ESCAPES[c]
    if (short !== undefined) out += short
    else if (code < 0x20 || code === 0x7f) out += `\\x${code.toString(16).padStart(2, '0')}`
    else if (/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(c)) out += c
    else if (code < 0x10000) out += `\\u${code.toString(16).padStart(4, '0')}`
    else out += `\\U${code.toString(16).padStart(8, '0')}`
  }
  return `${out}"`
}
const SHORT_ESCAPES: Record<string, string> = {
  '"': '\\"', '\\': '\\\\', '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v',
}

/** `path.name`, where the root path is the empty string. */
export const child = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)
/** `path[3]` */
export const at = (path: string, i: number): string => `${path}[${i}]`
/** `path[key]`, for an entry of a map. */
export const atKey = (path: string, key: string): string => `${path}[${key}]`
