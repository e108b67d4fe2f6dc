/** JSON paths of rules and selectable fields, followed through a schema. upstream: apiextensions-apiserver/pkg/apiserver/schema/cel ValidFieldPath */
import type { JSONSchemaProps } from '../../schema/types/apiextensions.v1'

export interface FoundField {
  /** `spec.a`, `spec.labels[x]` */
  readonly path: string
  readonly root: string
  readonly schema: JSONSchemaProps
}

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', "'": "'", '\\': '\\' }

/** Returns what is wrong with the path as a text. */
export function fieldAtPath(text: string, schema: JSONSchemaProps, { arrays = true }: { readonly arrays?: boolean } = {}): FoundField | string {
  const tokens = tokensOf(text)
  let path = ''
  let root = ''
  let at: JSONSchemaProps = schema
  for (let i = 0; i < tokens.length; ) {
    const token = tokens[i++] as string
    let name: string
    if (token === '[') {
      if (!arrays) return 'array notation is not allowed'
      const quoted = tokens[i++]
      if (quoted === undefined) return 'unexpected end of JSON path'
      if (quoted.length < 2 || !quoted.startsWith("'") || !quoted.endsWith("'")) return `expected single quoted string but got ${quoted}`
      name = quoted.slice(1, -1).replace(/\\(.)/g, (_, c: string) => ESCAPES[c] ?? '')
      const close = tokens[i++]
      if (close === undefined) return 'unexpected end of JSON path'
      if (close !== ']') return `expected ] but got ${close}`
    } else if (token === '.') {
      const next = tokens[i++]
      if (next === undefined) return 'unexpected end of JSON path'
      name = next
    } else return `expected [ or . but got: ${token}`
    const inner = at.properties !== undefined ? at.properties[name] : typeof at.additionalProperties === 'object' ? at.additionalProperties : undefined
    if (inner === undefined) return 'does not refer to a valid field'
    path += at.properties !== undefined ? `${path === '' ? '' : '.'}${name}` : `[${name}]`
    if (root === '') root = name
    at = inner
  }
  return { path, root, schema: at }
}

function tokensOf(text: string): string[] {
  const out: string[] = []
  for (let i = 0; i < text.length; ) {
    const m = /^(?:[.[\]]|'(?:\\.|[^'\\])*'|[^.[\]]+)/s.exec(text.slice(i))
    const token = m?.[0] ?? text.slice(i)
    out.push(token)
    i += token.length
  }
  return out
}
