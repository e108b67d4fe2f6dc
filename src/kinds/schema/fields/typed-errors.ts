/** What an applied configuration has that its type does not take, in the words of structured-merge-diff. upstream: structured-merge-diff/typed/validate.go */
import { byBytes, goFormat, goTypeName } from '../go-format'
import { Shape, type TypeInfo } from '../type-info'
import { asList, asMap, Atom, atomOf, isAssociative, isOpen, itemType, memberType } from './atoms'
import { areDistinct, ElementError, elementText, listElement } from './path-element'

/** The text of all errors, or undefined. One error stands alone; several follow `errors:`, a line each. */
export function typedErrors(type: TypeInfo, value: unknown): string | undefined {
  // Nearly all have none: that is seen without a word of where.
  if (isFitting(type, value)) return undefined
  const errors: string[] = []
  validate(type, value, '', errors)
  if (errors.length <= 1) return errors[0]
  return `errors:\n${errors.map(e => `  ${e}`).join('\n')}`
}

/** Objects that were seen to fit; nobody changes a configuration. */
const fitting = new WeakMap<object, TypeInfo>()

/** Whether there is nothing to say, so that every field is declared, too; false also where that takes a closer look. */
export function isFitting(type: TypeInfo, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return fits(type, value)
  if (fitting.get(value) === type) return true
  const fit = fits(type, value)
  if (fit) fitting.set(value, type)
  return fit
}

function fits(type: TypeInfo, value: unknown): boolean {
  if (value === null || value === undefined) return true
  if (typeof value !== 'object') return type.shape < Shape.List && scalarFits(type.shape, typeof value)
  if (Array.isArray(value)) {
    if (type.shape !== Shape.List) return false
    const inner = type.element
    if (!isAssociative(type)) return value.every(item => fits(inner, item))
    const seen: string[] = []
    for (const item of value) {
      if (typeof item !== 'object' || item === null ? type.listType === 'map' || item === null || item === undefined : type.listType !== 'map' || type.mapKeys.every(key => (item as Record<string, unknown>)[key] === undefined)) return false
      const element = listElement(type, item)
      if (!fits(inner, item)) return false
      seen.push(element)
    }
    return areDistinct(seen)
  }
  if (type.shape === Shape.Map) {
    if (isOpen(type)) return false
    const inner = type.element
    for (const key in value) if (!fits(inner, (value as Record<string, unknown>)[key])) return false
    return true
  }
  if (type.shape !== Shape.Struct) return false
  for (const key in value) {
    const field = type.fields.get(key)
    if (field === undefined || !fits(field.type, (value as Record<string, unknown>)[key])) return false
  }
  return true
}

function scalarFits(shape: Shape, is: string): boolean {
  if (shape === Shape.String || shape === Shape.Bytes) return is === 'string'
  if (shape === Shape.Bool) return is === 'boolean'
  if (shape === Shape.Int32 || shape === Shape.Int64 || shape === Shape.Float64) return is === 'number'
  return shape !== Shape.Any
}

const at = (path: string, message: string): string => (path === '' ? message : `${path}: ${message}`)

function validate(type: TypeInfo, value: unknown, path: string, errors: string[]): void {
  if (value === null || value === undefined) return
  const atom = atomOf(type, value)
  if (atom === Atom.Scalar) scalar(type, value, path, errors)
  else if (atom === Atom.List) {
    const list = asList(value)
    if (list === undefined) errors.push(at(path, `expected list, got &{${goFormat(value)}}`))
    else items(type, list, path, errors)
  } else {
    const map = asMap(value)
    if (map === undefined || (isOpen(type) && atomOf(type, value) !== Atom.Map)) errors.push(at(path, `expected map, got &{${goFormat(value)}}`))
    else members(type, map, path, errors)
  }
}

function scalar(type: TypeInfo, value: unknown, path: string, errors: string[]): void {
  const is = typeof value
  switch (type.shape) {
    case Shape.Int32:
    case Shape.Int64:
    case Shape.Float64:
      if (is !== 'number') errors.push(at(path, `expected numeric (int or float), got ${goTypeName(value)}`))
      return
    case Shape.String:
    case Shape.Bytes:
      if (is !== 'string') errors.push(at(path, `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`))
      return
    case Shape.Bool:
      if (is !== 'boolean') errors.push(at(path, `expected boolean, got &{${goFormat(value)}}`))
      return
    default:
      if (is === 'object') errors.push(at(path, `expected any scalar, got &{${goFormat(value)}}`))
  }
}

function items(type: TypeInfo, list: readonly unknown[], path: string, errors: string[]): void {
  const seen = new Set<string>()
  const inner = itemType(type)
  for (let i = 0; i < list.length; i++) {
    let step = `[${i}]`
    if (isAssociative(type)) {
      try {
        const element = listElement(type, list[i])
        step = elementText(element)
        if (seen.has(element)) errors.push(at(path, `duplicate entries for key ${step}`))
        seen.add(element)
      } catch (error) {
        if (!(error instanceof ElementError)) throw error
        errors.push(at(path, `element ${i}: ${error.message}`))
        return
      }
    }
    validate(inner, list[i], path + step, errors)
  }
}

function members(type: TypeInfo, map: Record<string, unknown>, path: string, errors: string[]): void {
  for (const key of Object.keys(map).sort(byBytes)) {
    const inner = memberType(type, key)
    if (inner === undefined) {
      errors.push(at(`${path}.${key}`, 'field not declared in schema'))
      return
    }
    validate(inner, map[key], `${path}.${key}`, errors)
  }
}

/** A value in Go's syntax (%#v). */
function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)'
  if (typeof value === 'string') return JSON.stringify(value)
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (typeof value === 'object') {
    const entries = Object.keys(value).sort(byBytes).map(key => `${JSON.stringify(key)}:${goSyntax((value as Record<string, unknown>)[key])}`)
    return `map[string]interface {}{${entries.join(', ')}}`
  }
  return goFormat(value)
}
