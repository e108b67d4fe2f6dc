/** Field selectors (`status.phase=Running,spec.nodeName!=a`): parsed, matched against a getter, printed back. upstream: apimachinery/pkg/fields */

export interface FieldRequirement {
  readonly field: string
  readonly operator: '=' | '!='
  readonly value: string
}

/** All requirements must hold; an empty list selects everything. */
export type FieldSelector = readonly FieldRequirement[]

/** The text is no field selector; the message is upstream's. */
export class FieldSelectorError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'FieldSelectorError'
  }
}

/** Throws FieldSelectorError. */
export function parseFieldSelector(text: string): FieldSelector {
  const found: FieldRequirement[] = []
  for (const term of splitTerms(text).sort()) {
    if (term === '') continue
    const match = /!=|==?/.exec(term)
    if (match === null) throw new FieldSelectorError(`invalid selector: '${text}'; can't understand '${term}'`)
    const field = term.slice(0, match.index)
    const value = unescapeValue(term.slice(match.index + match[0].length))
    if (field !== '' || value !== '') found.push({ field, operator: match[0] === '!=' ? '!=' : '=', value })
  }
  return found
}

/** Splits at commas that no backslash escapes; the backslashes stay. */
function splitTerms(text: string): string[] {
  const terms: string[] = []
  let start = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === ',') {
      terms.push(text.slice(start, i))
      start = i + 1
    }
  }
  terms.push(text.slice(start))
  return terms
}

function unescapeValue(text: string): string {
  if (!/[\\,=]/.test(text)) return text
  let value = ''
  const characters = [...text]
  for (let i = 0; i < characters.length; i++) {
    const c = characters[i] as string
    if (c === '\\') {
      const next = characters[++i]
      if (next !== '\\' && next !== ',' && next !== '=') throw new FieldSelectorError(`invalid field selector: invalid escape sequence: \\${next ?? ''}`)
      value += next
    } else if (c === ',' || c === '=') throw new FieldSelectorError(`invalid field selector: unescaped character in value: ${c.charCodeAt(0)}`)
    else value += c
  }
  return value
}

/** A value as it must be written in a selector. */
export const escapeFieldValue = (value: string): string => value.replace(/[\\,=]/g, '\\$&')

export const fieldSelectorText = (selector: FieldSelector): string =>
  selector.map(({ field, operator, value }) => `${field}${operator}${escapeFieldValue(value)}`).join(',')

/** `get` answers a field's value as text, the empty string where there is none. */
export function matchesFields(selector: FieldSelector, get: (field: string) => string): boolean {
  for (const { field, operator, value } of selector) if ((get(field) === value) !== (operator === '=')) return false
  return true
}

/** The value that the selector fixes for a field, if it does: for index look-ups and single-object reads. */
export const requiredFieldValue = (selector: FieldSelector, field: string): string | undefined =>
  selector.find(r => r.operator === '=' && r.field === field)?.value
