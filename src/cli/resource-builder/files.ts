/** Objects out of files, folders and stdin, checked and mapped as kubectl does before it asks the server. upstream: cli-runtime/pkg/resource visitor.go, mapper.go; kubectl/pkg/validation */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { extname, isAbsolute, join, resolve } from 'node:path'
import { UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import type { KubeObject } from '../../kinds/kind'
import { decode } from '../../kinds/schema/decode'
import { SeveralErrors } from '../errors'
import type { IOStreams } from '../io-streams'
import type { DiscoveredResource, RestMapper } from '../rest-mapper'
import { NoKindMatch } from '../rest-mapper'
import { decodeText, readDocuments } from './documents'
import type { Info } from './info'
import type { ResourceQuery } from './query'

const EXTENSIONS = ['.json', '.yaml', '.yml']
const STDIN = 'STDIN'

/** What stands in for a mapping with --local. */
function localResource(group: string, version: string, kind: string): DiscoveredResource {
  return { group, version, kind, plural: kind.toLowerCase(), singular: kind.toLowerCase(), scope: 'Namespaced', verbs: [], subresources: [] }
}

/** One source of documents, read when its turn comes. */
export interface Source {
  readonly name: string
  read(): Promise<string>
}

/** What a document gives: an object, or why it is none (what follows is still read). */
export type Found = { readonly info: Info } | { readonly error: UsageError }

/** The objects of one source in order; throws UsageError at a document that cannot be parsed, which ends the source. */
export async function* readSource(source: Source, query: ResourceQuery, mapper: RestMapper | undefined): AsyncGenerator<Found, void> {
  for (const document of readDocuments(await source.read(), source.name, query.local)) {
    if (query.validate ?? true) validate(document, source.name)
    yield* infosOf(document, source.name, query, mapper)
  }
}

/** Every source that the query names. Throws SeveralErrors where some do not exist. */
export function expandSources(query: ResourceQuery, io: IOStreams, kustomize: (folder: string) => Promise<string>): Source[] {
  const filenames = query.filenames ?? []
  const folder = query.kustomize ?? ''
  if (filenames.length > 0 && folder !== '') throw new UsageError('only one of -f or -k can be specified')
  if (folder !== '' && query.recursive) throw new UsageError("the -k flag can't be used with -f or -R")
  if (folder !== '') return [{ name: folder, read: () => kustomize(folder) }]
  const sources: Source[] = []
  const errors: UsageError[] = []
  let stdin = false
  for (const name of filenames) {
    if (name === '-') {
      if (stdin) errors.push(new UsageError('standard input cannot be used for multiple arguments'))
      stdin = true
      sources.push({ name: STDIN, read: async () => decodeText(await readAll(io)) })
    } else if (/^https?:\/\//.test(name)) {
      // Mistakes of the line come before what cannot be had here.
      if ((query.args ?? []).length === 0) errors.push(new UsageError(`unable to read URL ${goQuote(name)}: kubottle works offline; download the file and pass its path`))
    } else {
      try {
        sources.push(...expandPath(name, query.recursive ?? false, io.cwd))
      } catch (error) {
        if (!(error instanceof UsageError)) throw error
        errors.push(error)
      }
    }
  }
  if (errors.length > 0) throw new SeveralErrors(errors)
  return sources
}

function expandPath(name: string, recursive: boolean, cwd: string): Source[] {
  const absolute = (path: string): string => (isAbsolute(path) ? path : resolve(cwd, path))
  const paths = name !== '' && existsSync(absolute(name)) ? [name] : matches(name, cwd)
  if (paths.length === 0) throw new UsageError(`the path ${goQuote(name)} does not exist`)
  const sources = paths.flatMap(path => {
    const files = statSync(absolute(path)).isDirectory() ? walk(path, absolute, recursive) : [path]
    return files.map((file): Source => ({ name: file, read: async () => decodeText(readFileSync(absolute(file))) }))
  })
  if (sources.length === 0) throw new UsageError(`error reading [${paths.join(' ')}]: recognized file extensions are [${EXTENSIONS.join(' ')}]`)
  return sources
}

/** A class without end or content, a backslash before nothing. upstream: path/filepath.Match */
const BAD_PATTERN = /\[(?!\^?[^\]]+\])|\\$/

/** A pattern that the shell left alone. */
function matches(pattern: string, cwd: string): string[] {
  if (!/[*?[]/.test(pattern)) return []
  if (BAD_PATTERN.test(pattern)) throw new UsageError(`pattern ${goQuote(pattern)} is not valid: syntax error in pattern`)
  let found = [pattern.startsWith('/') ? '/' : '']
  for (const part of pattern.split('/').filter(p => p !== '')) {
    const test = new RegExp(`^${part.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`)
    found = found.flatMap(folder => {
      const path = resolve(cwd, folder)
      if (!/[*?[]/.test(part)) return existsSync(join(path, part)) ? [join(folder, part)] : []
      return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(path).filter(name => test.test(name)).sort().map(name => join(folder, name)) : []
    })
  }
  return found
}

/** Files below a folder, in order of their names, folders in between. upstream: filepath.Walk */
function walk(folder: string, absolute: (path: string) => string, recursive: boolean): string[] {
  return readdirSync(absolute(folder)).sort().flatMap(name => {
    const path = join(folder, name)
    const stat = statSync(absolute(path), { throwIfNoEntry: false })
    if (stat?.isDirectory()) return recursive ? walk(path, absolute, true) : []
    return EXTENSIONS.includes(extname(name)) ? [path] : []
  })
}

async function readAll(io: IOStreams): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of io.stdin) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function* infosOf(document: unknown, source: string, query: ResourceQuery, mapper: RestMapper | undefined, inList = false): Generator<Found> {
  const problem = decodeProblem(document)
  if (problem !== undefined) {
    yield { error: new UsageError(`unable to decode ${goQuote(source)}: ${problem}`) }
    return
  }
  const object = document as KubeObject & { items?: unknown }
  if (!Array.isArray(object.items)) {
    yield infoOf(object, source, query, mapper, inList)
    return
  }
  // A typed list says the kind for its items. upstream: unstructuredJSONScheme.decodeToList
  const itemKind = (object.kind ?? '').replace(/List$/, '')
  for (const item of object.items as KubeObject[]) {
    if (item.kind === undefined && item.apiVersion === undefined) Object.assign(item, { apiVersion: object.apiVersion, kind: itemKind })
    yield* infosOf(item, source, query, mapper, true)
  }
}

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What is missing of a document for any server to take it, undefined for nothing. upstream: kubectl/pkg/validation getObjectKind */
export function documentProblem(document: unknown): string | undefined {
  const problems: string[] = []
  const kindProblems = (value: unknown): void => {
    if (!isMap(value)) return void problems.push('invalid object to validate')
    if (value['apiVersion'] === undefined || value['apiVersion'] === null) problems.push('apiVersion not set')
    else if (typeof value['apiVersion'] !== 'string') problems.push("apiVersion isn't string type")
    else if (value['apiVersion'].split('/').length > 2) problems.push(`unexpected GroupVersion string: ${value['apiVersion']}`)
    if (value['kind'] === undefined || value['kind'] === null) problems.push('kind not set')
    else if (typeof value['kind'] !== 'string') problems.push("kind isn't string type")
  }
  kindProblems(document)
  if (problems.length === 0 && isMap(document) && document['kind'] === 'List' && document['apiVersion'] === 'v1') {
    if (Array.isArray(document['items'])) document['items'].forEach(kindProblems)
    else problems.push('invalid object to validate')
  }
  if (problems.length === 0) return undefined
  return problems.length === 1 ? problems[0] : `[${[...new Set(problems)].join(', ')}]`
}

/** upstream: resource.ValidateSchema */
function validate(document: unknown, source: string): void {
  const problem = documentProblem(document)
  if (problem !== undefined) throw new UsageError(`error validating ${goQuote(source)}: error validating data: ${problem}; if you choose to ignore these errors, turn validation off with --validate=false`)
}

/** What kubectl's own decoder refuses: a missing kind, metadata of wrong types. upstream: metadata_decoder.go, unstructured.UnstructuredJSONScheme */
function decodeProblem(document: unknown): string | undefined {
  if (!isMap(document)) return `json: cannot unmarshal ${Array.isArray(document) ? 'array' : typeof document} into Go value of type unstructured.detector`
  if (typeof document['kind'] !== 'string' || document['kind'] === '') return `Object 'Kind' is missing in '${JSON.stringify(document)}'`
  const { metadata, items } = document
  return items !== undefined || metadata === undefined ? undefined : decode(METADATA_HOLDER, { metadata }, { strict: false }).error
}
/** A type with nothing to decode but metadata. */
const METADATA_HOLDER = 'core.v1.ServiceAccount'

/** upstream: mapper.infoForData, infoForObject; SetNamespace, RequireNamespace, FilterNamespace */
function infoOf(object: KubeObject, source: string, query: ResourceQuery, mapper: RestMapper | undefined, inList: boolean): Found {
  const { group, version } = groupVersion(object.apiVersion ?? '')
  const kind = object.kind as string
  const metadata = (object.metadata ??= {} as KubeObject['metadata'])
  const [name, stated] = [metadata.name ?? '', metadata.namespace ?? '']
  let resource: DiscoveredResource
  try {
    resource = mapper === undefined ? localResource(group, version, kind) : mapper.resourceForKind(group, version, kind)
  } catch (error) {
    if (!(error instanceof NoKindMatch)) throw error
    const where = `name: ${goQuote(name)} namespace: ${goQuote(stated)} from ${goQuote(source)}`
    return { error: new UsageError(inList ? `unable to recognize ${error.message}` : `resource mapping not found for ${where}: ${error.message}\nensure CRDs are installed first`) }
  }
  // Nobody knows whether what is read locally has a namespace: it keeps what it says.
  if (mapper === undefined) return { info: { resource, namespace: stated, name, source, object } }
  if (resource.scope === 'Cluster') {
    delete metadata.namespace
    return { info: { resource, namespace: '', name, source, object } }
  }
  if (stated !== '' && query.enforceNamespace && stated !== query.namespace) {
    return { error: new UsageError(`the namespace from the provided object ${goQuote(stated)} does not match the namespace ${goQuote(query.namespace)}. You must pass '--namespace=${stated}' to perform this operation.`) }
  }
  const namespace = stated === '' && query.allNamespaces !== true ? query.namespace : stated
  if (stated === '' && namespace !== '') metadata.namespace = namespace
  return { info: { resource, namespace, name, source, object } }
}

function groupVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? { group: '', version: apiVersion } : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) }
}
