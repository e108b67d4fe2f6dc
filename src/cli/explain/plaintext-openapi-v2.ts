/** The older page of explain, from the document of OpenAPI 2. upstream: kubectl/pkg/explain, kube-openapi/pkg/util/proto */
import { UsageError } from '../../base/errors'
import { byCodePoint } from '../../base/go-text'
import { nameOf, resolve, valuesOf, type GroupVersionKind, type Schema, type Schemas } from './openapi'

const WIDTH = 80
const FIELD_INDENT = 3
const DESCRIPTION_INDENT = 5

/** What a schema counts as: a reference and what is looked through lead on to others. */
type Form = 'reference' | 'array' | 'map' | 'kind' | 'primitive' | 'arbitrary'

/** Throws UsageError for a field that does not exist. */
export function explainTextV2(root: Schema, path: readonly string[], kind: GroupVersionKind, schemas: Schemas, recursive: boolean): string {
  const page = new Page(schemas, kind, recursive)
  return page.whole(page.lookUp(root, path), path.at(-1) ?? '')
}

function formOf({ $ref, type, properties, items, additionalProperties }: Schema): Form {
  if ($ref !== undefined) return 'reference'
  if (type === 'array') return 'array'
  if (properties !== undefined) return 'kind'
  if (type === 'object' || additionalProperties !== undefined) return 'map'
  return type === undefined ? (items === undefined ? 'arbitrary' : 'array') : 'primitive'
}

class Page {
  constructor(private readonly schemas: Schemas, private readonly kind: GroupVersionKind, private readonly recursive: boolean) {}

  /** Where the path ends; what has no fields ends it early. */
  lookUp(schema: Schema, path: readonly string[]): Schema {
    const [name, ...rest] = path
    if (name === undefined) return schema
    const form = formOf(schema)
    if (form === 'reference') return this.lookUp(resolve(schema, this.schemas), path)
    if (form === 'array' || form === 'map') return this.lookUp(elementOf(schema), path)
    if (form !== 'kind') return schema
    const field = schema.properties?.[name]
    if (field === undefined) throw new UsageError(`field "${name}" does not exist`)
    return this.lookUp(field, rest)
  }

  whole(start: Schema, name: string): string {
    const { group, version, kind } = this.kind
    const head = `KIND:     ${kind}\nVERSION:  ${group === '' ? version : `${group}/${version}`}\n\n`
    const above: string[] = []
    let schema = start
    let type = ''
    for (let form = formOf(schema); ; form = formOf(schema)) {
      const said = schema.description ?? ''
      if (form !== 'reference' && type === '') type = this.typeName(schema)
      if (form === 'reference' || form === 'array' || form === 'map') {
        above.push(said)
        schema = form === 'reference' ? resolve(schema, this.schemas) : elementOf(schema)
        continue
      }
      const description = this.description([...above, said])
      if (form === 'primitive') return `${head}FIELD:    ${name} <${type}>\n\n${description}`
      if (form === 'arbitrary') return head + description
      return `${head}${name === '' ? '' : `RESOURCE: ${name} <${type}>\n\n`}${description}\nFIELDS:\n${this.fields(schema, FIELD_INDENT, [])}`
    }
  }

  private description(texts: readonly string[]): string {
    const said = texts.map((text, i) => (text === '' ? '' : (i === 0 ? '' : '\n') + wrapped(text, DESCRIPTION_INDENT))).join('')
    return `DESCRIPTION:\n${said === '' ? `${' '.repeat(DESCRIPTION_INDENT)}<empty>\n` : said}`
  }

  private fields(schema: Schema, margin: number, seen: readonly string[]): string {
    const form = formOf(schema)
    if (form === 'reference') {
      const name = nameOf(schema.$ref as string)
      return this.recursive && seen.includes(name) ? '' : this.fields(resolve(schema, this.schemas), margin, [...seen, name])
    }
    if (form === 'array' || form === 'map') return this.fields(elementOf(schema), margin, seen)
    if (form !== 'kind') return ''
    return Object.keys(schema.properties ?? {}).sort(byCodePoint).map(name => {
      const field = schema.properties?.[name] as Schema
      const line = `${' '.repeat(margin)}${name}\t<${this.typeName(field)}>`
      if (this.recursive) return `${line}\n${this.fields(field, margin + FIELD_INDENT, seen)}`
      return `${line}${schema.required?.includes(name) === true ? ' -required-' : ''}\n${wrapped(field.description ?? '', margin + 2)}\n`
    }).join('')
  }

  private typeName(schema: Schema): string {
    switch (formOf(schema)) {
      case 'reference':
        return this.typeName(resolve(schema, this.schemas))
      case 'array':
        return `[]${this.typeName(elementOf(schema))}`
      case 'map':
        return `map[string]${this.typeName(elementOf(schema))}`
      case 'kind':
        return 'Object'
      case 'primitive':
        return schema.type as string
      case 'arbitrary':
        return ''
    }
  }
}

const elementOf = (schema: Schema): Schema => schema.items ?? valuesOf(schema) ?? {}

/** upstream: kubectl/pkg/explain/formatter.go */
function wrapped(text: string, margin: number): string {
  const lines: string[] = []
  let words: string[] = []
  let lastWord = ''
  const flush = (): void => {
    if (words.length === 0) return
    lastWord = ''
    lines.push(words.join(' '))
    words = []
  }
  for (const line of text.split('\n')) {
    if (line.startsWith('    ')) {
      flush()
      lines.push(line)
      continue
    }
    const bare = line.trim()
    if (lines.length > 0 && bare === '') {
      flush()
      lines.push('')
      continue
    }
    if (lastWord.endsWith(':') || bare === '' || /^(\d+\.?|-|\*)\s/.test(bare)) flush()
    for (const word of bare.split(/\s+/).filter(w => w !== '')) {
      lastWord = word
      if (words.length > 0 && words.join(' ').length + 1 + word.length > WIDTH - margin) flush()
      words.push(word)
    }
  }
  flush()
  return lines.map(line => (line === '' ? '\n' : `${' '.repeat(margin)}${line}\n`)).join('')
}
