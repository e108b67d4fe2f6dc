#!/usr/bin/env node
/**
 * Writes src/kinds/schema/table.gen.ts, protobuf.gen.ts and types/*.ts from facts about the API of Kubernetes 1.36.
 *
 *   node scripts/make-schema.mjs --facts DIR --go DIR [--check]
 *
 * --facts DIR  holds api-1.36.json, protobuf-1.36.json and discovery-1.36.json: names, types and numbers read off the
 *              published OpenAPI document, the .proto files and the discovery documents.
 * --go DIR     holds checkouts of k8s.io/{api,apimachinery,apiextensions-apiserver,kube-aggregator}: from their struct
 *              declarations come the order of fields, which are pointers, which are omitted when empty, and Go's names
 *              of types, all of which show in what the real server answers.
 * --check      writes nothing and fails if a file would change.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readGoPackage } from './schema/go-types.mjs'
import { typescriptOf } from './schema/typescript.mjs'

const option = name => process.argv[process.argv.indexOf(name) + 1]
if (!process.argv.includes('--facts') || !process.argv.includes('--go')) {
  console.error('usage: node scripts/make-schema.mjs --facts DIR --go DIR [--check]')
  process.exit(2)
}
const factsDir = option('--facts'), goDir = option('--go'), check = process.argv.includes('--check')
const target = join(dirname(fileURLToPath(import.meta.url)), '../src/kinds/schema')
const facts = name => JSON.parse(readFileSync(join(factsDir, `${name}-1.36.json`), 'utf8'))
const api = facts('api'), protobuf = facts('protobuf'), discovery = facts('discovery')

/** Types that the decoder knows by heart, by their names in the facts. */
const BUILTIN = {
  'api.resource.Quantity': 'Quantity', 'meta.v1.Time': 'Time', 'meta.v1.MicroTime': 'MicroTime', 'meta.v1.FieldsV1': 'FieldsV1',
  'runtime.RawExtension': 'RawExtension', 'util.intstr.IntOrString': 'IntOrString', 'apiextensions.v1.JSON': 'JSON',
  'apiextensions.v1.JSONSchemaPropsOrArray': 'SchemaOrArray', 'apiextensions.v1.JSONSchemaPropsOrBool': 'SchemaOrBool', 'apiextensions.v1.JSONSchemaPropsOrStringArray': 'SchemaOrStrings',
}
const SCALAR = {
  string: 'string', boolean: 'bool', 'integer:int32': 'int32', 'integer:int64': 'int64', 'string:byte': 'bytes', 'number:double': 'float64',
}

const packageOf = name => name.slice(0, name.lastIndexOf('.'))
const shortOf = name => name.slice(name.lastIndexOf('.') + 1)
const elementOf = type => type.replace(/^(\[\]|map\[string\])+/, '')

/** group/version of each package of the table, from the top-level kinds in it. */
const groupVersions = { 'meta.v1': 'meta.k8s.io/v1' }
for (const [name, type] of Object.entries(api.types)) {
  if (type.gvk !== undefined && packageOf(name) !== 'meta.v1') groupVersions[packageOf(name)] = type.gvk.replace(/^\//, '').split('/').slice(0, -1).join('/')
}
const packageOfGroupVersion = Object.fromEntries(Object.entries(groupVersions).map(([p, gv]) => [gv, p]))

// ---- which types: whatever a served resource reaches -------------------------------------------------------------
const groups = Object.values(discovery).flatMap(d => d.items.map(g => ({ name: g.metadata.name ?? '', versions: g.versions })))
const gvOf = (group, version) => (group === '' ? version : `${group}/${version}`)
const reached = new Set()
function reach(name) {
  if (reached.has(name) || BUILTIN[name] !== undefined || api.types[name] === undefined) return
  reached.add(name)
  for (const field of Object.values(api.types[name].fields ?? {})) reach(elementOf(field.type))
}
for (const group of groups) {
  for (const { version, resources } of group.versions) {
    for (const resource of resources) {
      for (const r of [resource, ...(resource.subresources ?? [])]) {
        const { group: g, version: v, kind } = r.responseKind
        const pkg = packageOfGroupVersion[v === '' ? gvOf(group.name, version) : gvOf(g, v)]
        reach(`${pkg}.${kind}`)
        reach(`${pkg}.${kind}List`)
      }
    }
  }
}
for (const name of Object.keys(api.types)) if (name.startsWith('meta.v1.') || name.startsWith('version.')) reach(name)

// ---- Go's declarations -------------------------------------------------------------------------------------------
const goPath = pkg => {
  if (pkg === 'meta.v1') return 'apimachinery/pkg/apis/meta/v1'
  if (pkg === 'apiextensions.v1') return 'apiextensions-apiserver/pkg/apis/apiextensions/v1'
  if (pkg === 'apiregistration.v1') return 'kube-aggregator/pkg/apis/apiregistration/v1'
  if (pkg === 'runtime' || pkg === 'version' || pkg === 'types') return `apimachinery/pkg/${pkg}`
  return `api/${pkg.replace('.', '/')}`
}
const goPackages = new Map()
function goPackage(pkg) {
  if (!goPackages.has(pkg)) goPackages.set(pkg, existsSync(join(goDir, goPath(pkg))) ? readGoPackage(join(goDir, goPath(pkg))) : { structs: new Map(), named: new Map(), imports: {} })
  return goPackages.get(pkg)
}
/** k8s.io/api/core/v1 → core.v1 */
const packageOfImport = path => path.replace(/^k8s\.io\/(api|apimachinery\/pkg\/apis|apiextensions-apiserver\/pkg\/apis|apimachinery\/pkg|kube-aggregator\/pkg\/apis)\//, '').replaceAll('/', '.')

/** The fields of a struct with those of its embedded structs in their place. */
function goFields(pkg, struct, out = [], embeddedIn = '') {
  for (const field of goPackage(pkg).structs.get(struct) ?? []) {
    if (!field.embedded) out.push({ ...field, pkg, embeddedIn })
    else {
      const [owner, name] = resolveGo(pkg, field.type.replace('*', ''))
      if (name === 'TypeMeta') out.push({ json: 'kind', type: 'string', pkg, omitempty: true }, { json: 'apiVersion', type: 'string', pkg, omitempty: true })
      else goFields(owner, name, out, `${embeddedIn}${name}.`)
    }
  }
  return out
}
function resolveGo(pkg, type) {
  const [alias, name] = type.includes('.') ? type.split('.') : [undefined, type]
  return alias === undefined ? [pkg, name] : [packageOfImport(goPackage(pkg).imports[alias] ?? alias), name]
}

// ---- the table ---------------------------------------------------------------------------------------------------
const usedNamed = new Map()
/** The type of a field as the table writes it, e.g. `[]*Container`, from Go's type and, where Go is silent, the facts'. */
function tableType(pkg, factType, go) {
  const local = name => {
    if (BUILTIN[name] !== undefined) return BUILTIN[name]
    if (SCALAR[name] !== undefined) return SCALAR[name]
    return packageOf(name) === pkg ? shortOf(name) : packageOf(name) === 'meta.v1' ? `~${shortOf(name)}` : name
  }
  const shape = factType.slice(0, factType.length - elementOf(factType).length) + local(elementOf(factType))
  if (go === undefined) return shape
  const pointer = go.type.startsWith('*') ? '*' : ''
  const bare = go.type.replace(/^\*/, '')
  const named = namedType(go.pkg, bare, pkg)
  if (named !== undefined) return pointer + named
  const list = /^\[\](?!byte$)(.*)$/.exec(bare)
  if (list !== null) {
    const inner = namedType(go.pkg, list[1], pkg)
    return `${pointer}[]${inner ?? (list[1].startsWith('*') ? '*' : '') + shape.replace(/^\[\]/, '')}`
  }
  const map = /^map\[(\w+(?:\.\w+)?)\](.*)$/.exec(bare)
  if (map !== null) {
    const key = map[1] === 'string' ? 'string' : namedType(go.pkg, map[1], pkg) ?? 'string'
    return `${pointer}map[${key}]${namedType(go.pkg, map[2], pkg) ?? shape.replace(/^map\[string\]/, '')}`
  }
  return pointer + shape
}
/** The table's name of a named non-struct type (`type RestartPolicy string`), or undefined when it is none. */
function namedType(goPkg, type, pkg) {
  const [owner, name] = resolveGo(goPkg, type)
  const named = goPackage(owner).named.get(name)
  if (named === undefined) return undefined
  if (!usedNamed.has(owner)) usedNamed.set(owner, new Map())
  usedNamed.get(owner).set(name, named)
  for (const part of named.type.match(/[A-Z]\w+|\w+\.\w+/g) ?? []) namedType(owner, part, owner)
  return owner === pkg ? name : owner === 'meta.v1' ? `~${name}` : `${owner}.${name}`
}

/** The values that Go documents for a named type of the table. */
function valuesOf(pkg, name) {
  const full = name.startsWith('~') ? `meta.v1.${name.slice(1)}` : name.includes('.') ? name : `${pkg}.${name}`
  return goPackage(packageOf(full)).named.get(shortOf(full))?.enum ?? []
}

function fieldText(pkg, type, name, go) {
  const fact = type.fields[name]
  const required = (type.required ?? []).includes(name)
  const omitted = go === undefined ? !required : go.omitempty
  const words = [name + (required ? '!' : '') + (omitted === required ? (omitted ? '-' : '+') : '') + (go?.omitzero ? '?' : ''), tableType(pkg, fact.type, go)]
  if (fact.listType === 'map') words.push(`map=${fact.listMapKeys.join()}`)
  else if (fact.listType !== undefined) words.push(fact.listType)
  if (fact.mapType !== undefined && !fact.type.startsWith('map') || fact.mapType === 'atomic') words.push(fact.mapType)
  if (fact.patchStrategy !== undefined) words.push(`patch=${fact.patchStrategy}`)
  if (fact.mergeKey !== undefined) words.push(`key=${fact.mergeKey}`)
  if (/^(true|false|\d+|"[^";`]*")$/.test(go?.preset ?? '')) words.push(`default=${go.preset}`)
  if (go?.embeddedIn) words.push(`in=${go.embeddedIn.slice(0, -1)}`)
  if (fact.enum !== undefined && (SCALAR[words[1].replace(/^\*/, '')] !== undefined || valuesOf(pkg, words[1].replace(/^\*/, '')).length === 0)) words.push(`enum=${fact.enum.join()}`)
  return words.join(' ')
}

function typeLine(pkg, short) {
  const type = api.types[`${pkg}.${short}`]
  const head = `${type.gvk !== undefined ? 'kind' : type.mapType === 'atomic' ? 'atomic' : 'type'} ${short}`
  const go = goFields(pkg, short).filter(f => type.fields?.[f.json] !== undefined)
  const seen = new Map(go.map(f => [f.json, f]))
  const names = [...seen.keys(), ...Object.keys(type.fields ?? {}).filter(n => !seen.has(n))]
  if (names.length > seen.size && seen.size > 0) console.error(`${pkg}.${short}: not declared in Go: ${names.slice(seen.size).join()}`)
  if (goPackage(pkg).structs.get(short) === undefined) console.error(`${pkg}.${short}: no such struct in Go`)
  const own = type.gvk === undefined ? names : names.filter(n => n !== 'kind' && n !== 'apiVersion')
  return [head, ...own.map(n => fieldText(pkg, type, n, seen.get(n)))].join(';')
}

const packages = [...new Set([...reached].map(packageOf))].sort()
const blocks = [...packages, 'types'].map(pkg => {
  const lines = [...reached].filter(n => packageOf(n) === pkg).map(shortOf).sort().map(short => typeLine(pkg, short))
  return { pkg, lines }
})
const body = []
for (const { pkg, lines } of blocks) {
  body.push(`package ${pkg} ${goPath(pkg).split('/').at(-1)} ${groupVersions[pkg] ?? '-'}`)
  for (const [name, named] of [...(usedNamed.get(pkg) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const enumerated = named.enum.length > 0 ? ` ${named.enum.join()}` : ''
    body.push(`named ${name} ${namedUnderlying(pkg, named.type)}${enumerated}`)
  }
  body.push(...lines)
}
for (const pkg of usedNamed.keys()) if (pkg !== 'types' && !packages.includes(pkg)) throw new Error(`named types of ${pkg} are used, its types are not`)
function namedUnderlying(pkg, type) {
  return type.replace(/\*?\b([a-z]\w*)\.(\w+)/g, (_, alias, name) => {
    const full = `${packageOfImport(goPackage(pkg).imports[alias] ?? alias)}.${name}`
    return BUILTIN[full] ?? full
  }).replace(/\b[A-Z]\w*$/, name => BUILTIN[`${pkg}.${name}`] ?? name).replace(/^\[\]byte$/, 'bytes')
}

// ---- resources ---------------------------------------------------------------------------------------------------
const VERB = { create: 'c', delete: 'd', deletecollection: 'D', get: 'g', list: 'l', patch: 'p', update: 'u', watch: 'w' }
const verbs = list => list.map(v => VERB[v]).join('')
const resourceLines = []
for (const group of groups) {
  for (const { version, resources } of group.versions) {
    resourceLines.push(`group ${gvOf(group.name, version)}`)
    for (const r of resources) {
      const words = [r.resource, r.responseKind.kind, r.singularResource, r.scope === 'Namespaced' ? 'ns' : 'cluster', verbs(r.verbs)]
      if (r.shortNames !== undefined) words.push(`short=${r.shortNames.join()}`)
      if (r.categories !== undefined) words.push(`in=${r.categories.join()}`)
      for (const s of r.subresources ?? []) {
        const { group: g, version: v, kind } = s.responseKind
        words.push(`/${s.subresource}:${v === '' ? '' : `${gvOf(g, v)}:`}${kind}:${verbs(s.verbs)}`)
      }
      resourceLines.push(words.join(' '))
    }
  }
}

// ---- protobuf ----------------------------------------------------------------------------------------------------
const protobufLines = []
for (const [name, fields] of Object.entries(protobuf)) {
  if (!reached.has(name) && BUILTIN[name] === undefined && !/^(runtime|meta\.v1|api\.resource|util\.intstr)\b/.test(name)) continue
  const type = t => t.replace(/k8s\.io\.(?:api|apimachinery\.pkg\.apis|apimachinery\.pkg|apiextensions_apiserver\.pkg\.apis|kube_aggregator\.pkg\.apis)\./g, '').replaceAll(' ', '')
  protobufLines.push([name, ...Object.entries(fields).map(([f, [number, t]]) => `${f} ${number} ${type(t)}`)].join(';'))
}

// ---- files -------------------------------------------------------------------------------------------------------
const literal = lines => `\`\n${lines.join('\n').replace(/[\\`$]/g, c => `\\${c}`)}\n\``
const files = new Map()
files.set('types-text.gen.ts', `/** Written by scripts/make-schema.mjs: every API type that 1.36 serves. table.ts says how to read it; a function, so that who only reads does not load it. */
export const typesText = (): string => ${literal(body)}
`)
files.set('table.gen.ts', `/** Written by scripts/make-schema.mjs: every resource that 1.36 serves. table.ts says how to read it. */
export const RESOURCES = ${literal(resourceLines)}
`)
files.set('protobuf.gen.ts', `/** Written by scripts/make-schema.mjs: field numbers of each message; a line is \`message;field number type;…\`. */
export const PROTOBUF = ${literal(protobufLines)}
`)
for (const [name, text] of typescriptOf({ api, reached, packages, goFields, BUILTIN, packageOf, shortOf, elementOf })) files.set(`types/${name}.ts`, text)

let stale = 0
for (const [name, text] of files) {
  const path = join(target, name)
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue
  stale++
  if (check) console.error(`out of date: ${name}`)
  else {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
}
for (const file of existsSync(join(target, 'types')) ? readdirSync(join(target, 'types')) : []) if (!files.has(`types/${file}`)) console.error(`not written by this script: types/${file}`)
console.log(`${reached.size} types, ${resourceLines.length} resource lines, ${files.size} files, ${stale} ${check ? 'out of date' : 'written'}; table ${Math.round(body.join('\n').length / 1024)} KB`)
if (check && stale > 0) process.exit(1)
