/**
 * Reads the table of API types and resources, a type only when it is touched.
 *
 * The form of the types (types-text.gen.ts), by lines:
 *   package core.v1 v1 v1                 its name in the table, Go's package name, the apiVersion of its kinds (or -)
 *   named DNSPolicy string A,B            a named type that is no struct: what it is underneath, the values documented
 *   type|atomic|kind Name;field;field…    a struct; atomic: server-side apply owns it whole; kind: a top-level object,
 *                                         which has kind and apiVersion besides what is listed
 * A field is `name[!][+|-][?] type [words]`: ! the API requires it; + written even when empty, - left out when empty (where
 * that does not follow from !); ? left out when zero. A type is `*` (a pointer in Go), `[]`, `map[K]`, a scalar, a type of the
 * same package, `~Name` of meta.v1, or a full name. Words: `map=k1,k2`, `set`, `atomic`, `granular` (server-side apply);
 * `patch=merge,retainKeys`, `key=name` (strategic merge patch); `default=json`; `in=` the Go struct that is
 * embedded here and holds the field; `enum=A,B`. Fields stand in Go's order.
 *
 * The form of RESOURCES: `group apps/v1`, then a line a resource in discovery's order: plural, kind, singular, ns|cluster, verbs
 * by letter, `short=…`, `in=` categories, and `/subresource:[apiVersion:]Kind:verbs`.
 */
import { RESOURCES } from './table.gen'
import { FieldInfo, Shape, TypeInfo } from './type-info'
import { typesText } from './types-text.gen'

const BUILTIN: Record<string, TypeInfo> = {}
for (const [name, goName, shape] of [
  ['string', 'string', Shape.String], ['bool', 'bool', Shape.Bool], ['int32', 'int32', Shape.Int32], ['int64', 'int64', Shape.Int64],
  ['float64', 'float64', Shape.Float64], ['bytes', '[]uint8', Shape.Bytes], ['Quantity', 'resource.Quantity', Shape.Quantity], ['Time', 'v1.Time', Shape.Time],
  ['MicroTime', 'v1.MicroTime', Shape.MicroTime], ['IntOrString', 'intstr.IntOrString', Shape.IntOrString], ['RawExtension', 'runtime.RawExtension', Shape.Any],
  ['JSON', 'v1.JSON', Shape.Any], ['FieldsV1', 'v1.FieldsV1', Shape.Any], ['SchemaOrArray', 'v1.JSONSchemaPropsOrArray', Shape.Any],
  ['SchemaOrBool', 'v1.JSONSchemaPropsOrBool', Shape.Any], ['SchemaOrStrings', 'v1.JSONSchemaPropsOrStringArray', Shape.Any],
] as const) BUILTIN[name] = new TypeInfo(name, goName, shape)

interface Package {
  readonly name: string
  readonly goName: string
  readonly apiVersion: string
}
interface Entry {
  readonly pkg: Package
  readonly line: string
}

let entries: Map<string, Entry> | undefined
let kinds: Map<string, string> | undefined
const types = new Map<string, TypeInfo>()

/** Splits the text into lines once; each stays text until its type is asked for. */
function index(): Map<string, Entry> {
  if (entries !== undefined) return entries
  const found = new Map<string, Entry>()
  kinds = new Map()
  let pkg: Package = { name: '', goName: '', apiVersion: '' }
  for (const line of typesText().split('\n')) {
    if (line === '') continue
    const space = line.indexOf(' ')
    const word = line.slice(0, space)
    if (word === 'package') {
      const [, name, goName, apiVersion] = line.split(' ') as [string, string, string, string]
      pkg = { name, goName, apiVersion: apiVersion === '-' ? '' : apiVersion }
      continue
    }
    let end = space + 1
    while (end < line.length && line[end] !== ';' && line[end] !== ' ') end++
    const short = line.slice(space + 1, end)
    found.set(`${pkg.name}.${short}`, { pkg, line })
    if (word === 'kind') kinds.set(`${pkg.apiVersion}/${short}`, `${pkg.name}.${short}`)
  }
  return (entries = found)
}

/** The type of this name (`core.v1.PodSpec`, or a type expression such as `[]core.v1.Container`); throws if there is none. */
export function typeNamed(name: string): TypeInfo {
  const type = types.get(name) ?? BUILTIN[name] ?? build(name)
  if (type === undefined) throw new Error(`no API type ${name}`)
  return type
}

let declared = 0

/** Makes a type that came at run time (a custom resource's) known, under a name of its own that starts with `prefix`. */
export function declareType(prefix: string, type: TypeInfo): TypeInfo {
  const named = Object.assign(Object.create(TypeInfo.prototype) as TypeInfo, type, { name: `${prefix}#${++declared}` })
  types.set(named.name, named)
  return named
}

/** The type of top-level objects of this kind, `('apps/v1', 'Deployment')`, or undefined when the table has none. */
export function typeOfKind(apiVersion: string, kind: string): TypeInfo | undefined {
  index()
  const name = (kinds as Map<string, string>).get(`${apiVersion}/${kind}`) ?? (kinds as Map<string, string>).get(`meta.k8s.io/v1/${kind}`)
  return name === undefined ? undefined : typeNamed(name)
}

function build(name: string): TypeInfo | undefined {
  if (name.startsWith('[]') || name.startsWith('map[')) return resolve(name, undefined, '')
  const entry = index().get(name)
  if (entry === undefined) return undefined
  return entry.line.startsWith('named ') ? buildNamed(name, entry) : buildStruct(name, entry)
}

function buildNamed(name: string, { pkg, line }: Entry): TypeInfo {
  const [, short, under] = line.split(' ', 3) as [string, string, string]
  const base = resolve(under, pkg, '')
  const goName = `${pkg.goName}.${short}`
  const type = new TypeInfo(name, goName, base.shape, base.shape === Shape.List || base.shape === Shape.Map ? () => base.element : undefined)
  const valuesAt = `named ${short} ${under} `.length
  if (line.length >= valuesAt) type.enumValues = line.slice(valuesAt).split(',')
  types.set(name, type)
  return type
}

function buildStruct(name: string, { pkg, line }: Entry): TypeInfo {
  const [head, ...fields] = line.split(';') as [string, ...string[]]
  const [word, short] = head.split(' ') as [string, string]
  const type = new TypeInfo(name, `${pkg.goName}.${short}`, Shape.Struct)
  types.set(name, type)
  type.atomic = word === 'atomic'
  if (word === 'kind') {
    type.apiVersion = pkg.name === 'meta.v1' ? 'v1' : pkg.apiVersion
    type.kind = short
    type.addField(new FieldInfo('kind', 0, () => BUILTIN.string as TypeInfo, false, {}))
    type.addField(new FieldInfo('apiVersion', 1, () => BUILTIN.string as TypeInfo, false, {}))
  }
  for (const text of fields) type.addField(buildField(text, pkg, type.fieldList.length))
  return type
}

function buildField(text: string, pkg: Package, at: number): FieldInfo {
  const [marked, expression, ...words] = text.split(' ') as [string, string, ...string[]]
  const name = /^[^!+?-]+(?:-[^!+?-]+)*/.exec(marked)?.[0] as string
  const marks = marked.slice(name.length)
  const required = marks.includes('!')
  const word = (key: string): string | undefined => words.find(w => w.startsWith(key))?.slice(key.length)
  const merge = words.find(w => w === 'set' || w === 'atomic' || w === 'granular' || w.startsWith('map=')) ?? ''
  const values = word('enum=')
  const resolveType = (): TypeInfo => resolve(expression.replace(/^\*/, ''), pkg, values === undefined ? merge : `enum=${values}`)
  const preset = word('default=')
  return new FieldInfo(name, at, resolveType, isStructValue(expression, pkg), {
    required,
    pointer: expression.startsWith('*'),
    omitEmpty: marks.includes('-') || (!required && !marks.includes('+')),
    omitZero: marks.includes('?'),
    mergeKey: word('key=') ?? '',
    patchStrategy: word('patch=')?.split(','),
    embeddedIn: word('in=') ?? '',
    merge,
    default: preset === undefined ? undefined : JSON.parse(preset),
  })
}

/** Whether Go holds the value as a struct, which omitempty never leaves out. Types such as Quantity and Time are structs too. */
function isStructValue(expression: string, pkg: Package): boolean {
  if (expression.startsWith('[]') || expression.startsWith('map[')) return false
  const builtin = BUILTIN[expression]
  // A zero IntOrString counts as absent here: defaults fill the one that the API lets you omit (a Service's targetPort).
  if (builtin !== undefined) return builtin.shape >= Shape.Quantity && builtin.shape !== Shape.IntOrString
  return index().get(fullName(expression, pkg))?.line.startsWith('named ') === false
}

function fullName(expression: string, pkg: Package | undefined): string {
  if (expression.startsWith('~')) return `meta.v1.${expression.slice(1)}`
  return expression.includes('.') || pkg === undefined ? expression : `${pkg.name}.${expression}`
}

/** The interned type of an expression with the merge word of the field that uses it. */
function resolve(expression: string, pkg: Package | undefined, merge: string): TypeInfo {
  const list = expression.startsWith('[]')
  const map = expression.startsWith('map[')
  let plain: TypeInfo
  if (!list && !map) {
    plain = BUILTIN[expression] ?? typeNamed(fullName(expression, pkg))
    if (merge === '' || (merge === 'atomic' && plain.atomic)) return plain
  } else {
    const close = expression.indexOf(']')
    const rest = expression.slice(close + 1)
    const pointer = rest.startsWith('*') ? '*' : ''
    const element = resolve(rest.replace(/^\*/, ''), pkg, '')
    const key = map ? expression.slice(4, close) : ''
    const keyGoName = key === '' || key === 'string' ? key : resolve(key, pkg, '').goName
    const name = `${list ? '[]' : `map[${key}]`}${pointer}${element.name}`
    const known = types.get(`${name} ${merge}`)
    if (known !== undefined) return known
    plain = new TypeInfo(name, `${list ? '[]' : `map[${keyGoName}]`}${pointer}${element.goName}`, list ? Shape.List : Shape.Map, element)
    if (pointer !== '') plain.nullable = true
    applyMerge(plain, merge)
    types.set(`${name} ${merge}`, plain)
    return plain
  }
  const id = `${plain.name} ${merge}`
  const known = types.get(id)
  if (known !== undefined) return known
  const variant = copyOf(plain)
  applyMerge(variant, merge)
  types.set(id, variant)
  return variant
}

function applyMerge(type: TypeInfo, merge: string): void {
  if (merge.startsWith('map=')) {
    type.listType = 'map'
    type.mapKeys = merge.slice(4).split(',')
  } else if (merge === 'set') type.listType = 'set'
  else if (merge === 'granular') type.atomic = false
  else if (merge === 'atomic' && type.shape !== Shape.List) type.atomic = true
  else if (merge.startsWith('enum=')) type.enumValues = merge.slice(5).split(',')
}

function copyOf(type: TypeInfo): TypeInfo {
  const copy = new TypeInfo(type.name, type.goName, type.shape, type.shape === Shape.List || type.shape === Shape.Map ? () => type.element : undefined)
  for (const field of type.fieldList) copy.addField(field)
  copy.atomic = type.atomic
  copy.enumValues = type.enumValues
  return copy
}

/** A served resource and what discovery says of it. */
export interface ResourceInfo {
  /** '' for the core group */
  readonly group: string
  readonly version: string
  /** `v1`, `apps/v1` */
  readonly apiVersion: string
  readonly plural: string
  readonly singular: string
  readonly kind: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly subresources: readonly SubresourceInfo[]
  /** Of a custom resource: the version in which its objects are stored. */
  readonly storageVersion?: string
}
export interface SubresourceInfo {
  readonly name: string
  /** The apiVersion of `kind`, which may be another group's (`scale` is autoscaling/v1). */
  readonly apiVersion: string
  readonly kind: string
  readonly verbs: readonly string[]
}

const VERBS: Record<string, string> = { c: 'create', d: 'delete', D: 'deletecollection', g: 'get', l: 'list', p: 'patch', u: 'update', w: 'watch' }
const verbsOf = (letters: string): string[] => [...letters].map(letter => VERBS[letter] as string)
let allResources: readonly ResourceInfo[] | undefined

/** Every resource that a fresh cluster serves, in the order of discovery (groups by priority, versions by preference). */
export function resources(): readonly ResourceInfo[] {
  if (allResources !== undefined) return allResources
  const out: ResourceInfo[] = []
  let apiVersion = ''
  for (const line of RESOURCES.split('\n')) {
    if (line === '') continue
    if (line.startsWith('group ')) apiVersion = line.slice(6)
    else out.push(resourceOf(line, apiVersion))
  }
  return (allResources = out)
}

function resourceOf(line: string, apiVersion: string): ResourceInfo {
  const [plural, kind, singular, scope, verbs, ...words] = line.split(' ') as [string, string, string, string, string, ...string[]]
  const list = (key: string): string[] => words.find(w => w.startsWith(key))?.slice(key.length).split(',') ?? []
  const slash = apiVersion.indexOf('/')
  return {
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    apiVersion,
    plural,
    singular,
    kind,
    namespaced: scope === 'ns',
    verbs: verbsOf(verbs),
    shortNames: list('short='),
    categories: list('in='),
    subresources: words.filter(w => w.startsWith('/')).map(w => {
      const parts = w.slice(1).split(':')
      const [name, of, subKind, subVerbs] = (parts.length === 4 ? parts : [parts[0], apiVersion, parts[1], parts[2]]) as [string, string, string, string]
      return { name, apiVersion: of, kind: subKind, verbs: verbsOf(subVerbs) }
    }),
  }
}
