/** Validation rules (x-kubernetes-validations): compiled once a schema, run on objects and on their changes. upstream: apiextensions-apiserver/pkg/apiserver/schema/cel */
import { Optional } from '@marcbachmann/cel-js'
import { deepEqual } from '../../../base/equal'
import { duplicate, fieldErrorBody, forbidden, invalidValue, required, type FieldError } from '../../../base/field'
import { scoped } from '../../../cel/environment'
import { CALL_BUDGET, COST_LIMIT } from '../../../cel/cost'
import { CelError, compile, composedMessage, isProgram, type Budget, type CompileFailure, type Program } from '../../../cel/program'
import type { JSONSchemaProps, ValidationRule } from '../../schema/types/apiextensions.v1'
import { celTypeOf, schemaValue, type TypeTable } from './cel-types'
import { correlated } from './correlate'
import { fieldAtPath } from './field-path'

type Json = Record<string, unknown>

export interface CompiledRule {
  readonly rule: ValidationRule
  readonly program: Program | CompileFailure
  readonly message: Program | CompileFailure | undefined
  readonly usesOldSelf: boolean
  /** Of fieldPath, as field paths are written. */
  readonly fieldPath: string
}

/** All rules of one place in a schema; undefined when its values have no type in CEL. */
export function compileRules(schema: JSONSchemaProps, isRoot: boolean): readonly CompiledRule[] | undefined {
  const rules = schema['x-kubernetes-validations'] ?? []
  if (rules.length === 0) return []
  const types: TypeTable = {}
  const self = celTypeOf(schema, types, isRoot)
  if (self === undefined) return undefined
  const plain = scoped({ types, variables: { self, oldSelf: self } })
  const optional = rules.some(r => r.optionalOldSelf !== undefined) ? scoped({ types, variables: { self, oldSelf: `optional<${self}>` } }) : plain
  return rules.map(rule => {
    const env = rule.optionalOldSelf === true ? optional : plain
    const program = compileRule(env, rule.rule)
    const message = rule.messageExpression === undefined || rule.messageExpression === '' ? undefined : compileMessage(env, rule.messageExpression)
    const found = rule.fieldPath === undefined || rule.fieldPath === '' ? undefined : fieldAtPath(rule.fieldPath, schema)
    return { rule, program, message, usesOldSelf: isProgram(program) && program.uses('oldSelf'), fieldPath: typeof found === 'object' ? found.path : '' }
  })
}

function compileRule(env: Parameters<typeof compile>[0], expression: string): Program | CompileFailure {
  const made = compile(env, expression)
  if (!isProgram(made)) return made
  return made.type === 'bool' ? made : { error: 'cel expression must evaluate to a bool' }
}

function compileMessage(env: Parameters<typeof compile>[0], expression: string): Program | CompileFailure {
  const made = compile(env, expression)
  if (!isProgram(made)) return { error: `messageExpression ${made.error}` }
  return made.type === 'string' ? made : { error: 'messageExpression must evaluate to a string' }
}

/** A schema with its rules; branches without rules are left out. */
interface Validator {
  readonly schema: JSONSchemaProps
  readonly isRoot: boolean
  readonly rules: readonly CompiledRule[]
  readonly items: Validator | undefined
  readonly additional: Validator | undefined
  readonly properties: ReadonlyMap<string, Validator>
}

const validators = new WeakMap<JSONSchemaProps, Validator | null>()

function validatorOf(schema: JSONSchemaProps, isRoot: boolean): Validator | undefined {
  const known = validators.get(schema)
  if (known !== undefined) return known ?? undefined
  const { items, additionalProperties } = schema
  const properties = new Map<string, Validator>()
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const inner = validatorOf(property, property['x-kubernetes-embedded-resource'] === true)
    if (inner !== undefined) properties.set(name, inner)
  }
  const made: Validator = {
    schema,
    isRoot,
    rules: compileRules(schema, isRoot) ?? [],
    items: items === undefined || Array.isArray(items) ? undefined : validatorOf(items, items['x-kubernetes-embedded-resource'] === true),
    additional: typeof additionalProperties === 'object' ? validatorOf(additionalProperties, false) : undefined,
    properties,
  }
  const empty = made.rules.length === 0 && made.items === undefined && made.additional === undefined && properties.size === 0
  validators.set(schema, empty ? null : made)
  return empty ? undefined : made
}

/** What the rules say of an object; `old` undefined when it is new. Failures of what has not changed become warnings. */
export function validateRules(schema: JSONSchemaProps, value: unknown, old: unknown, options: { readonly isRoot?: boolean; readonly path?: string; readonly warn?: (text: string) => void } = {}): FieldError[] {
  const validator = validatorOf(schema, options.isRoot ?? true)
  if (validator === undefined) return []
  const errors: FieldError[] = []
  run(validator, value, old, options.path ?? '', { errors, warn: options.warn, budget: { left: CALL_BUDGET } })
  return errors
}

/** What the rules of one object have found, and what they may still cost. */
interface Findings {
  readonly errors: FieldError[]
  readonly warn: ((text: string) => void) | undefined
  readonly budget: Budget
}

function run(v: Validator, value: unknown, old: unknown, path: string, found: Findings): void {
  if (value === null || value === undefined || found.budget.left < 0) return
  if (v.rules.length > 0) runRules(v, value, old ?? undefined, path, found)
  if (Array.isArray(value)) {
    if (v.items === undefined) return
    const olds = correlated(v.schema, value, old)
    for (const [i, item] of value.entries()) run(v.items, item, olds?.[i], `${path}[${i}]`, found)
    return
  }
  if (typeof value !== 'object') return
  const before = typeof old === 'object' && old !== null && !Array.isArray(old) ? (old as Json) : undefined
  for (const key of Object.keys(value).sort()) {
    const inner = v.properties.get(key)
    if (inner !== undefined) run(inner, (value as Json)[key], before?.[key], path === '' ? key : `${path}.${key}`, found)
    else if (v.additional !== undefined && v.schema.properties?.[key] === undefined) run(v.additional, (value as Json)[key], before?.[key], `${path}[${key}]`, found)
  }
}

function runRules(v: Validator, value: unknown, old: unknown, path: string, { errors, warn, budget }: Findings): void {
  const type = v.schema.type ?? ''
  const where = path === '' ? '<nil>' : path
  const self = schemaValue(v.schema, value, v.isRoot)
  const oldSelf = old === undefined ? undefined : schemaValue(v.schema, old, v.isRoot)
  for (const { rule, program, message, usesOldSelf, fieldPath } of v.rules) {
    if (!isProgram(program)) {
      errors.push(invalidValue(where, type, `rule compile error: ${program.error}`))
      continue
    }
    const optional = rule.optionalOldSelf === true
    if (usesOldSelf && old === undefined && !optional) continue
    const variables: Record<string, unknown> = optional ? { self, oldSelf: oldSelf === undefined ? Optional.none() : Optional.of(oldSelf as never) } : oldSelf === undefined ? { self } : { self, oldSelf }
    let holds: unknown
    try {
      holds = program.run(variables, budget)
    } catch (e) {
      if (!(e instanceof CelError)) throw e
      if (e.message === COST_LIMIT) {
        errors.push(invalidValue(where, type, `'${e.message}': no further validation rules will be run due to call cost exceeds limit for rule: ${ruleText(rule)}`))
        budget.left = -1
        return
      }
      errors.push(invalidValue(where, type, e.message.startsWith('no such overload') ? `'${e.message}': call arguments did not match a supported operator, function or macro signature for rule: ${ruleText(rule)}` : `${e.message} evaluating rule: ${ruleText(rule)}`))
      continue
    }
    if (budget.left < 0) {
      errors.push(invalidValue(where, type, 'validation failed due to running out of cost budget, no further validation rules will be run'))
      return
    }
    if (holds === true) continue
    const at = fieldPath === '' ? where : path === '' ? fieldPath : `${path}.${fieldPath}`
    const detail = composedMessage(message, variables) ?? (rule.message === undefined || rule.message === '' ? `failed rule: ${ruleText(rule)}` : rule.message.trim())
    const error = errorFor(rule.reason, at, type === 'object' || type === 'array' ? undefined : value, detail)
    if (!usesOldSelf && old !== undefined && deepEqual(old, value)) warn?.(`${error.field}: ${fieldErrorBody(error)}`)
    else errors.push(error)
  }
}

const ruleText = (rule: ValidationRule): string => (rule.message !== undefined && rule.message !== '' ? rule.message : rule.rule).trim()

function errorFor(reason: string | undefined, field: string, value: unknown, detail: string): FieldError {
  if (reason === 'FieldValueForbidden') return forbidden(field, detail)
  if (reason === 'FieldValueRequired') return required(field, detail)
  return reason === 'FieldValueDuplicate' ? duplicate(field, value) : invalidValue(field, value, detail)
}
