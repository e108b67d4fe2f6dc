/** Label selectors: parsed from text (`-l`) or from an object's LabelSelector, matched against labels, printed back. upstream: apimachinery/pkg/labels, apis/meta/v1/helpers.go */
import type { FieldError } from './field'
import { at, atKey, fieldErrorBody, goQuote, invalidValue, notSupported } from './field'
import { isLabelValue, isQualifiedName } from './validation'

export type LabelOperator = 'in' | 'notin' | '=' | '==' | '!=' | 'exists' | '!' | 'gt' | 'lt'

export interface LabelRequirement {
  readonly key: string
  readonly operator: LabelOperator
  readonly values: readonly string[]
}

/** All requirements must hold; none at all selects everything. */
export interface LabelSelector {
  readonly requirements: readonly LabelRequirement[]
  /** The selector of an absent LabelSelector selects nothing. */
  readonly nothing?: true
}

/** meta.v1.LabelSelector */
export interface LabelSelectorObject {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; operator: string; values?: string[] }[]
}

export type Labels = Readonly<Record<string, string>>

/** The text or object is no selector; the message is upstream's. */
export class LabelSelectorError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'LabelSelectorError'
  }
}

export const EVERYTHING: LabelSelector = { requirements: [] }
export const NOTHING: LabelSelector = { requirements: [], nothing: true }

export const isEverything = (selector: LabelSelector): boolean => selector.requirements.length === 0 && !selector.nothing

// ── Matching ────────────────────────────────────────────────────────────────

export function matchesLabels(selector: LabelSelector, labels: Labels | undefined): boolean {
  if (selector.nothing) return false
  const { requirements } = selector
  for (let i = 0; i < requirements.length; i++) if (!meets(requirements[i] as LabelRequirement, labels)) return false
  return true
}

/** Whether all of the pairs are among the labels; no pairs select everything. For Service selectors and other plain maps. */
export function matchesPairs(pairs: Labels | undefined, labels: Labels | undefined): boolean {
  for (const key in pairs) if (labels === undefined || labels[key] !== pairs[key]) return false
  return true
}

function meets({ key, operator, values }: LabelRequirement, labels: Labels | undefined): boolean {
  const value = labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'in':
    case '=':
    case '==':
      return value !== undefined && values.includes(value)
    case 'notin':
    case '!=':
      return value === undefined || !values.includes(value)
    case 'exists':
      return value !== undefined
    case '!':
      return value === undefined
    case 'gt':
    case 'lt': {
      const have = int64(value)
      const bound = int64(values[0])
      return have !== undefined && bound !== undefined && (operator === 'gt' ? have > bound : have < bound)
    }
  }
}

/** strconv.ParseInt(s, 10, 64) */
function int64(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^[-+]?[0-9]+$/.test(text)) return undefined
  const n = BigInt(text.startsWith('+') ? text.slice(1) : text)
  return BigInt.asIntN(64, n) === n ? n : undefined
}

/** The pairs that every selected object carries: one of them suffices for an index look-up. */
export function requiredPairs(selector: LabelSelector): [key: string, value: string][] {
  const pairs: [string, string][] = []
  for (const { key, operator, values } of selector.requirements)
    if (values.length === 1 && (operator === '=' || operator === '==' || operator === 'in')) pairs.push([key, values[0] as string])
  return pairs
}

/** The value that the selector fixes for a key, if it does. upstream: RequiresExactMatch */
export const requiredValue = (selector: LabelSelector, key: string): string | undefined => requiredPairs(selector).find(([k]) => k === key)?.[1]

// ── Making ──────────────────────────────────────────────────────────────────

/** The selector of a plain map, unchecked: everything when empty. */
export function selectorOfPairs(pairs: Labels | undefined): LabelSelector {
  const requirements: LabelRequirement[] = []
  for (const key in pairs) requirements.push({ key, operator: '=', values: [pairs[key] as string] })
  return requirements.length === 0 ? EVERYTHING : { requirements: requirements.sort(byKey) }
}

const OPERATORS: Record<string, LabelOperator> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' }

/** The selector of a LabelSelector object: nothing when absent, everything when empty. Throws LabelSelectorError. upstream: LabelSelectorAsSelector */
export function selectorOfObject(object: LabelSelectorObject | undefined): LabelSelector {
  if (object === undefined) return NOTHING
  const requirements: LabelRequirement[] = []
  for (const key in object.matchLabels) requirements.push(labelRequirement(key, '=', [object.matchLabels[key] as string]))
  for (const { key, operator, values } of object.matchExpressions ?? []) {
    const known = OPERATORS[operator]
    if (known === undefined) throw new LabelSelectorError(`${goQuote(operator)} is not a valid label selector operator`)
    requirements.push(labelRequirement(key, known, values ?? []))
  }
  return requirements.length === 0 ? EVERYTHING : { requirements: requirements.sort(byKey) }
}

/** A LabelSelector object of a text, as `kubectl create poddisruptionbudget` makes it. Throws LabelSelectorError. upstream: ParseToLabelSelector */
export function parseToLabelSelectorObject(text: string): LabelSelectorObject {
  let selector: LabelSelector
  try {
    selector = parseLabelSelector(text)
  } catch (e) {
    throw new LabelSelectorError(`couldn't parse the selector string "${text}": ${(e as Error).message}`)
  }
  const object: LabelSelectorObject = {}
  for (const { key, operator, values } of selector.requirements) {
    if (operator === '=' || operator === '==') (object.matchLabels ??= {})[key] = values[0] as string
    else if (operator === 'gt' || operator === 'lt') throw new LabelSelectorError(`"${operator}" isn't supported in label selectors`)
    else {
      const name = Object.keys(OPERATORS).find(n => OPERATORS[n] === operator)
      if (name === undefined) throw new LabelSelectorError(`${goQuote(operator)} is not a valid label selector operator`)
      ;(object.matchExpressions ??= []).push({ key, operator: name, ...(values.length > 0 ? { values: [...values] } : {}) })
    }
  }
  return object
}

const byKey = (a: LabelRequirement, b: LabelRequirement): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)

/** A checked requirement; throws LabelSelectorError. upstream: labels.NewRequirement */
export function labelRequirement(key: string, operator: LabelOperator, values: readonly string[]): LabelRequirement {
  const errors: FieldError[] = []
  const problems = isQualifiedName(key)
  if (problems.length > 0) errors.push(invalidValue('key', key, problems.join('; ')))
  switch (operator) {
    case 'in':
    case 'notin':
      if (values.length === 0) errors.push(invalidValue('values', null, "for 'in', 'notin' operators, values set can't be empty"))
      break
    case '=':
    case '==':
    case '!=':
      if (values.length !== 1) errors.push(invalidValue('values', values, 'exact-match compatibility requires one single value'))
      break
    case 'exists':
    case '!':
      if (values.length > 0) errors.push(invalidValue('values', values, 'values set must be empty for exists and does not exist'))
      break
    case 'gt':
    case 'lt':
      if (values.length !== 1) errors.push(invalidValue('values', values, "for 'Gt', 'Lt' operators, exactly one value is required"))
      for (const [i, v] of values.entries())
        if (int64(v) === undefined) errors.push(invalidValue(at('values', i), v, "for 'Gt', 'Lt' operators, the value must be an integer"))
      break
    default:
      errors.push(notSupported('operator', operator, ['in', 'notin', '=', '==', '!=', 'gt', 'lt', 'exists', '!']))
  }
  for (let i = 0; i < values.length; i++) {
    const wrong = isLabelValue(values[i] as string)
    if (wrong.length > 0) errors.push(invalidValue(atKey(at('values', i), key), values[i], wrong.join('; ')))
  }
  if (errors.length > 0) throw new LabelSelectorError(aggregate(errors))
  return { key, operator, values }
}

function aggregate(errors: readonly FieldError[]): string {
  const lines = [...new Set(errors.map(e => `${e.field}: ${fieldErrorBody(e)}`))]
  return lines.length === 1 ? (lines[0] as string) : `[${lines.join(', ')}]`
}

// ── Printing ────────────────────────────────────────────────────────────────

/** `app=web,env in (a,b),!x`; empty for everything and for nothing. */
export const labelSelectorText = (selector: LabelSelector): string => selector.requirements.map(requirementText).join(',')

function requirementText({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case 'exists':
      return key
    case '!':
      return `!${key}`
    case 'in':
    case 'notin':
      return `${key} ${operator} (${[...values].sort(byCodePoint).join(',')})`
    case 'gt':
      return `${key}>${values.join(',')}`
    case 'lt':
      return `${key}<${values.join(',')}`
    default:
      return `${key}${operator}${values.join(',')}`
  }
}

const byCodePoint = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** As describe prints a LabelSelector: `<none>` when it restricts nothing, `<error>` when it is wrong. upstream: metav1.FormatLabelSelector */
export function formatLabelSelector(object: LabelSelectorObject | undefined): string {
  try {
    return labelSelectorText(selectorOfObject(object)) || '<none>'
  } catch {
    return '<error>'
  }
}

/** `a=b,c=d`, `<none>` when empty. upstream: labels.FormatLabels */
export const formatLabels = (labels: Labels | undefined): string =>
  Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`).sort(byCodePoint).join(',') || '<none>'

// ── Parsing ─────────────────────────────────────────────────────────────────

type Token = 'end' | 'identifier' | '(' | ')' | ',' | '!' | '==' | '=' | '!=' | '>' | '<' | 'in' | 'notin'
type Item = readonly [token: Token, literal: string]

const PAIRS = new Set(['==', '!='])
const SYMBOL = /[=!(),><]/

/** Reads `env in (a,b),!x,y=z,k!=v,n>1`. Throws LabelSelectorError with upstream's message. */
export function parseLabelSelector(text: string): LabelSelector {
  const p = new Parser(scan(text))
  const requirements = p.requirements()
  return requirements.length === 0 ? EVERYTHING : { requirements: requirements.sort(byKey) }
}

function scan(text: string): Item[] {
  const items: Item[] = []
  // A NUL ends upstream's scanner, as the end of the string does.
  const nul = text.indexOf('\0')
  const end = nul < 0 ? text.length : nul
  let i = 0
  for (;;) {
    while (i < end && ' \t\r\n'.includes(text[i] as string)) i++
    if (i >= end) break
    let j = i
    if (SYMBOL.test(text[i] as string)) {
      // Every symbol is an operator of its own, some pairs are too.
      j += PAIRS.has(text.slice(i, i + 2)) ? 2 : 1
      const literal = text.slice(i, Math.min(j, end))
      items.push([literal as Token, literal])
    } else {
      while (j < end && !SYMBOL.test(text[j] as string) && !' \t\r\n'.includes(text[j] as string)) j++
      const literal = text.slice(i, j)
      items.push([literal === 'in' || literal === 'notin' ? literal : 'identifier', literal])
    }
    i = j
  }
  items.push(['end', ''])
  return items
}

const BINARY: readonly Token[] = ['in', 'notin', '=', '==', '!=', '>', '<']
const fail = (message: string): never => {
  throw new LabelSelectorError(message)
}

class Parser {
  #at = 0
  constructor(readonly items: readonly Item[]) {}

  /** Where values are expected, `in` and `notin` are words like any other. */
  #peek(): Item {
    const item = this.items[Math.min(this.#at, this.items.length - 1)] as Item
    return item[0] === 'in' || item[0] === 'notin' ? ['identifier', item[1]] : item
  }
  #next(): Item {
    const item = this.#peek()
    this.#at++
    return item
  }

  requirements(): LabelRequirement[] {
    const found: LabelRequirement[] = []
    for (;;) {
      const [token, literal] = this.#peek()
      if (token === 'end') return found
      if (token !== 'identifier' && token !== '!') fail(`found '${literal}', expected: !, identifier, or 'end of string'`)
      found.push(this.#requirement())
      const [separator, text] = this.#next()
      if (separator === 'end') return found
      if (separator !== ',') fail(`found '${text}', expected: ',' or 'end of string'`)
      const [following, word] = this.#peek()
      if (following !== 'identifier' && following !== '!') fail(`found '${word}', expected: identifier after ','`)
    }
  }

  #requirement(): LabelRequirement {
    try {
      return this.#parse()
    } catch (e) {
      return fail(`unable to parse requirement: ${(e as Error).message}`)
    }
  }

  #parse(): LabelRequirement {
    let [token, key] = this.#next()
    const negated = token === '!'
    if (negated) [token, key] = this.#next()
    if (token !== 'identifier') fail(`found '${key}', expected: identifier`)
    const problems = isQualifiedName(key)
    if (problems.length > 0) fail(aggregate([invalidValue('<nil>', key, problems.join('; '))]))
    const [following] = this.#peek()
    if (negated) return labelRequirement(key, '!', [])
    if (following === 'end' || following === ',') return labelRequirement(key, 'exists', [])
    const operator = this.#operator()
    return labelRequirement(key, operator, operator === 'in' || operator === 'notin' ? this.#set() : [this.#exactValue()])
  }

  #operator(): LabelOperator {
    const [token, literal] = this.items[this.#at++] as Item
    if (!BINARY.includes(token)) fail(`found '${literal}', expected: in, notin, =, ==, !=, gt, lt`)
    return token === '>' ? 'gt' : token === '<' ? 'lt' : (token as LabelOperator)
  }

  #set(): string[] {
    const [open, text] = this.#next()
    if (open !== '(') fail(`found '${text}' expected: '('`)
    const [token, literal] = this.#peek()
    if (token === ')') {
      this.#next()
      return ['']
    }
    if (token !== 'identifier' && token !== ',') fail(`found '${literal}', expected: ',', ')' or identifier`)
    const values = this.#identifiers()
    // Upstream names the first word here, not the one that stands for the parenthesis.
    if (this.#next()[0] !== ')') fail(`found '${literal}', expected: ')'`)
    return [...values].sort(byCodePoint)
  }

  #identifiers(): Set<string> {
    const values = new Set<string>()
    for (;;) {
      const [token, literal] = this.#next()
      if (token === 'identifier') {
        values.add(literal)
        const [following, text] = this.#peek()
        if (following === ')') return values
        if (following !== ',') fail(`found '${text}', expected: ',' or ')'`)
      } else if (token === ',') {
        if (values.size === 0) values.add('')
        const [following] = this.#peek()
        if (following === ')') return values.add('')
        if (following === ',') values.add('')
      } else fail(`found '${literal}', expected: ',', or identifier`)
    }
  }

  #exactValue(): string {
    const [token] = this.#peek()
    if (token === 'end' || token === ',') return ''
    const [following, literal] = this.#next()
    if (following !== 'identifier') fail(`found '${literal}', expected: identifier`)
    return literal
  }
}
