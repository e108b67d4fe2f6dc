/** Makes the TypeScript interfaces of src/kinds/schema/types, one file a package of the API. */

const SCALAR = { string: 'string', boolean: 'boolean', 'integer:int32': 'number', 'integer:int64': 'number', 'string:byte': 'string', 'number:double': 'number' }
const BUILTIN_TYPE = { Quantity: 'string', Time: 'string', MicroTime: 'string', IntOrString: 'number | string', FieldsV1: 'Record<string, unknown>', RawExtension: 'Record<string, unknown>', JSON: 'unknown', SchemaOrArray: 'JSONSchemaProps | JSONSchemaProps[]', SchemaOrBool: 'JSONSchemaProps | boolean', SchemaOrStrings: 'JSONSchemaProps | string[]' }

/** Yields [package, text of its file]. */
export function* typescriptOf({ api, reached, packages, goFields, BUILTIN, packageOf, shortOf, elementOf }) {
  for (const pkg of packages) {
    const imports = new Map()
    const typescript = factType => {
      if (factType.startsWith('[]')) {
        const item = typescript(factType.slice(2))
        return item.includes('|') ? `(${item})[]` : `${item}[]`
      }
      if (factType.startsWith('map[string]')) return `Record<string, ${typescript(factType.slice('map[string]'.length))}>`
      if (SCALAR[factType] !== undefined) return SCALAR[factType]
      if (BUILTIN[factType] !== undefined) return BUILTIN_TYPE[BUILTIN[factType]]
      const from = packageOf(factType)
      if (from !== pkg) {
        if (!imports.has(from)) imports.set(from, new Set())
        imports.get(from).add(shortOf(factType))
      }
      return shortOf(factType)
    }
    const interfaces = [...reached].filter(n => packageOf(n) === pkg).sort().map(name => {
      const type = api.types[name]
      const go = new Map(goFields(pkg, shortOf(name)).map(f => [f.json, f]))
      const order = [...[...go.keys()].filter(n => type.fields?.[n] !== undefined), ...Object.keys(type.fields ?? {}).filter(n => !go.has(n))]
      const lines = order.map(field => {
        const fact = type.fields[field]
        let text = typescript(fact.type)
        let required = (type.required ?? []).includes(field)
        if (name === 'meta.v1.ObjectMeta' && field === 'name') required = true
        // An object always has metadata; that of a template has no name.
        if (field === 'metadata') {
          if (type.gvk !== undefined) required = true
          else if (text === 'ObjectMeta') text = 'Partial<ObjectMeta>'
        }
        // The server always writes a spec that is not a pointer in Go.
        if (field === 'spec' && go.get(field)?.type.startsWith('*') === false) required = true
        return `  ${field.includes('$') || field.includes('-') ? `'${field}'` : field}${required ? '' : '?'}: ${text}\n`
      })
      return lines.length === 0 ? `export type ${shortOf(name)} = Record<string, never>\n` : `export interface ${shortOf(name)} {\n${lines.join('')}}\n`
    })
    const head = [...imports].sort(([a], [b]) => (a < b ? -1 : 1)).map(([from, names]) => `import type { ${[...names].sort().join(', ')} } from './${from}'\n`).join('')
    yield [pkg, `/** Written by scripts/make-schema.mjs: the types of ${pkg}. */\n${head}\n${interfaces.join('\n')}`]
  }
}
