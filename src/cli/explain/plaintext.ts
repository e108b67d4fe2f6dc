/** The page that explain prints, from a document of OpenAPI 3. upstream: kubectl/pkg/explain/v2/templates/plaintext.tmpl */
import { UsageError } from '../../base/errors'
import { byCodePoint } from '../../base/go-text'
import { nameOf, resolve, valuesOf, type Schema, type Schemas } from './openapi'

const ENUM_SHOWN_MAX = 4

/** From `FIELD:` or `DESCRIPTION:` to the end. Throws UsageError for a path that leads nowhere. */
export function explainText(root: Schema, path: readonly string[], schemas: Schemas, recursive: boolean): string {
  const page = new Page(schemas, recursive).output(root, path, [])
  if (page === '') throw new UsageError(`field "${path.at(-1)}" does not exist`)
  return `${page}\n`
}

class Page {
  constructor(private readonly schemas: Schemas, private readonly recursive: boolean) {}

  /** '' when the path leads nowhere. `history`: references that were followed for the same step, so that a circle ends. */
  output(schema: Schema, path: readonly string[], history: readonly string[]): string {
    const { $ref } = schema
    const resolved = resolve(schema, this.schemas)
    const [name, ...rest] = path
    if (name === undefined) return this.whole(resolved)
    if ($ref !== undefined && history.includes($ref)) return ''
    const seen = $ref === undefined ? history : [...history, $ref]
    const property = resolved.properties?.[name]
    if (property !== undefined) {
      const inner = this.output(property, rest, [])
      if (rest.length > 0) return inner
      return `FIELD: ${name} <${this.typeGuess(property)}>\n${longEnum(property)}\n\n${inner}`
    }
    const element = resolved.items ?? valuesOf(resolved)
    if (element !== undefined) return this.output(element, path, seen)
    for (const alternative of resolved.allOf ?? []) {
      const found = this.output(alternative, path, seen)
      if (found !== '') return found
    }
    return ''
  }

  private whole(resolved: Schema): string {
    const description = this.descriptions(resolved)
    const fields = this.fieldList(resolved, 1, [])
    return `DESCRIPTION:\n${indent(wrap(description === '' ? '<empty>' : description, 76), 4)}\n${externalDocs(resolved, '', 76)}${fields === '' ? '' : `FIELDS:\n${fields}`}`
  }

  /** That of the schema and of what it is made of, a line each. */
  private descriptions(schema: Schema): string {
    const resolved = resolve(schema, this.schemas)
    const { description = '', allOf = [], items } = resolved
    const values = valuesOf(resolved)
    return [description === '' ? '' : `${description}\n`, ...allOf.map(s => this.descriptions(s)), items === undefined ? '' : this.descriptions(items), values === undefined ? '' : this.descriptions(values)].join('')
  }

  /** `above`: references on the way, so that what contains itself is shown once. */
  private fieldList(schema: Schema, level: number, above: readonly string[]): string {
    const { $ref } = schema
    if ($ref !== undefined && above.includes($ref)) return ''
    const seen = $ref === undefined ? above : [...above, $ref]
    const resolved = resolve(schema, this.schemas)
    let out = ''
    for (const name of Object.keys(resolved.properties ?? {}).sort(byCodePoint)) {
      const property = resolved.properties?.[name] as Schema
      out += this.field(name, property, resolved.required?.includes(name) === true, level)
      if (this.recursive) out += this.fieldList(property, level + 1, seen)
    }
    for (const part of [...(resolved.allOf ?? []), resolved.items, valuesOf(resolved)]) if (part !== undefined) out += this.fieldList(part, level, seen)
    return out
  }

  private field(name: string, schema: Schema, required: boolean, level: number): string {
    const margin = '  '.repeat(level)
    const line = `${margin}${name}\t<${this.typeGuess(schema)}>${required ? ' -required-' : ''}${shortEnum(schema, margin)}\n`
    if (this.recursive) return line
    const { description = '' } = schema
    return `${line}${indent(wrap(description === '' ? '<no description>' : description, 78 - margin.length), margin.length + 2)}\n${externalDocs(schema, ' '.repeat(margin.length + 2), 76 - margin.length)}\n`
  }

  /** `string`, `Object`, `[]Container`, `map[string]string` */
  private typeGuess(schema: Schema): string {
    const { items, allOf, properties, $ref, type } = schema
    const values = valuesOf(schema)
    if (items !== undefined) return `[]${this.typeGuess(items)}`
    if (values !== undefined) return `map[string]${this.typeGuess(values)}`
    if (allOf?.length === 1 && properties === undefined) return this.typeGuess(allOf[0] as Schema)
    if ($ref === undefined) return type === undefined || type === 'object' ? 'Object' : type
    const target = this.schemas[nameOf($ref)]
    if (target?.type !== undefined && target.type !== 'object') return target.type
    return nameOf($ref).split('.').at(-1) as string
  }
}

const shown = (value: unknown): string => (value === '' ? '""' : typeof value === 'string' ? value : JSON.stringify(value))

const longEnum = (schema: Schema): string => (schema.enum === undefined || schema.enum.length === 0 ? '' : `ENUM:${schema.enum.map(v => `\n    ${shown(v)}`).join('')}`)

function shortEnum({ enum: values }: Schema, margin: string): string {
  if (values === undefined || values.length === 0) return ''
  return `\n${margin}enum: ${values.slice(0, ENUM_SHOWN_MAX).map(shown).join(', ')}${values.length > ENUM_SHOWN_MAX ? ', ....' : ''}`
}

function externalDocs({ externalDocs: docs }: Schema, margin: string, width: number): string {
  if (docs === undefined) return ''
  const { description = '', url = '' } = docs
  return `\n${margin}EXTERNAL DOCS:\n${description === '' ? '' : `${indent(wrap(description, width), margin.length + (margin === '' ? 4 : 2))}\n`}${url === '' ? '' : `${margin}${margin === '' ? '    ' : '  '}URL: ${url}\n`}`
}

const indent = (text: string, by: number): string => text.split('\n').map(line => ' '.repeat(by) + line).join('\n')

/** Breaks lines at blanks, which go where a line is broken. upstream: kubectl/pkg/util/term WordWrapWriter */
function wrap(text: string, width: number): string {
  return text.split('\n').map(line => {
    const lines: string[] = []
    let current = ''
    for (const word of line.match(/ *[^ ]+| +$/g) ?? []) {
      if (current !== '' && current.length + word.length > width) {
        lines.push(current)
        current = word.trimStart()
      } else current += word
    }
    return [...lines, current].join('\n')
  }).join('\n')
}
