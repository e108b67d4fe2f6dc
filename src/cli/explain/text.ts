/** The page that explain prints. upstream: kubectl/pkg/explain/v2/templates/plaintext.tmpl */
import { UsageError } from '../../base/errors'
import type { Field, Schema } from './schema'

const ENUM_SHOWN_MAX = 4
const EMPTY = '<empty>'
const NO_DESCRIPTION = '<no description>'

/** The schema at the end of the path, and the field that leads to it; lists and maps are looked through. Throws UsageError. */
export function followPath(root: Schema, path: readonly string[]): { readonly schema: Schema; readonly field: Field | undefined } {
  let schema = root
  let field: Field | undefined
  for (const name of path) {
    for (let inner: Schema | undefined = schema; ; inner = inner.element) {
      if (inner === undefined) throw new UsageError(`field "${path.at(-1)}" does not exist`)
      field = inner.fields.find(f => f.name === name)
      if (field !== undefined) break
    }
    schema = field.schema
  }
  return { schema, field }
}

/** From `FIELD:` to the end. */
export function explainText({ schema, field }: { readonly schema: Schema; readonly field: Field | undefined }, recursive: boolean): string {
  let out = field === undefined ? '' : `FIELD: ${field.name} <${field.schema.type}>\n${valuesBlock(field.schema)}\n\n`
  const description = descriptions(schema)
  out += `DESCRIPTION:\n${indent(wrap(description === '' ? EMPTY : description, 76), 4)}\n`
  const fields = fieldList(schema, 1, recursive, [])
  if (fields !== '') out += `FIELDS:\n${fields}`
  return `${out}\n`
}

/** That of the type and of what it contains, a line each. */
function descriptions({ description, element }: Schema): string {
  return `${description === '' ? '' : `${description}\n`}${element === undefined ? '' : descriptions(element)}`
}

function valuesBlock({ values }: Schema): string {
  return values.length === 0 ? '' : `ENUM:${values.map(v => `\n    ${v === '' ? '""' : v}`).join('')}`
}

function valuesLine({ values }: Schema, margin: string): string {
  if (values.length === 0) return ''
  const shown = values.slice(0, ENUM_SHOWN_MAX).map(v => (v === '' ? '""' : v)).join(', ')
  return `\n${margin}enum: ${shown}${values.length > ENUM_SHOWN_MAX ? ', ....' : ''}`
}

/** `above`: the types that contain this one, so that what contains itself is shown once. */
function fieldList(schema: Schema, level: number, recursive: boolean, above: readonly unknown[]): string {
  if (schema.identity !== undefined && above.includes(schema.identity)) return ''
  const seen = schema.identity === undefined ? above : [...above, schema.identity]
  const margin = '  '.repeat(level)
  let out = ''
  for (const { name, required, schema: inner } of schema.fields) {
    out += `${margin}${name}\t<${inner.type}>${required ? ' -required-' : ''}${valuesLine(inner, margin)}\n`
    if (!recursive) out += `${indent(wrap(inner.description === '' ? NO_DESCRIPTION : inner.description, 78 - margin.length), margin.length + 2)}\n\n`
    else out += fieldList(inner, level + 1, recursive, seen)
  }
  return out + (schema.element === undefined ? '' : fieldList(schema.element, level, recursive, seen))
}

const indent = (text: string, by: number): string => text.split('\n').map(line => ' '.repeat(by) + line).join('\n')

/** Breaks lines at blanks. upstream: kubectl/pkg/util/term WordWrapWriter */
function wrap(text: string, width: number): string {
  return text.split('\n').map(line => {
    const lines: string[] = []
    let current = ''
    for (const word of line.split(' ')) {
      if (current !== '' && current.length + 1 + word.length > width) {
        lines.push(current)
        current = word
      } else current = current === '' ? word : `${current} ${word}`
    }
    return [...lines, current].join('\n')
  }).join('\n')
}
