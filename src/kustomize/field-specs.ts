/** Field specs: which fields of which kinds a transformer works on. upstream: api/filters/fieldspec, api/types/fieldspec.go */
import { sortAsGo } from '../base/go-sort'
import { BuildError, within } from './errors'
import type { GvkPattern } from './ids'
import { idOf, idText, isGvkEqual, isGvkLess, isSelected, splitApiVersion } from './ids'
import { apiVersionOf, kindOf, lookup, splitPath } from './yaml/edit'
import type { NodeKind, YamlNode } from './yaml/node'
import { TAG, isTaggedNull } from './yaml/node'

export interface FieldSpec extends GvkPattern {
  readonly path: string
  /** Makes what is missing on the way. */
  readonly create?: boolean
}

/** Adds field specs that are not there yet. Throws BuildError where two disagree. upstream: FsSlice.MergeAll */
export function mergeFieldSpecs(known: readonly FieldSpec[], more: readonly FieldSpec[]): FieldSpec[] {
  const out = [...known]
  for (const spec of more) {
    const same = out.find(other => isSelected(other, spec) && other.path === spec.path)
    if (same === undefined) out.push(spec)
    else if ((same.create ?? false) !== (spec.create ?? false)) throw new BuildError('conflicting fieldspecs')
  }
  return out
}

/** In the order in which Go's sort leaves them. */
export function sortFieldSpecs<T extends GvkPattern>(specs: readonly T[]): T[] {
  const out = [...specs]
  sortAsGo(out, isGvkLess)
  return out
}

/** What referrers of a kind name it in. */
export interface NameReference extends GvkPattern {
  readonly fieldSpecs: readonly FieldSpec[]
}
export function mergeNameReferences(known: readonly NameReference[], more: readonly NameReference[]): NameReference[] {
  let out = [...known]
  for (const reference of more) {
    if (!out.some(other => isGvkEqual(other, reference))) out.push(reference)
    else out = out.map(other => (isGvkEqual(other, reference) ? { ...other, fieldSpecs: mergeFieldSpecs(other.fieldSpecs, reference.fieldSpecs) } : other))
  }
  return out
}

export interface FieldVisit {
  set(node: YamlNode): void
  /** What is made at the end of the path where it is missing (with `create`). */
  readonly createKind?: NodeKind
  readonly createTag?: string
}

/** Calls `set` for each node at the spec's path in the object, if the spec is about its kind. Throws BuildError. */
export function visitField(object: YamlNode, spec: FieldSpec, visit: FieldVisit): void {
  const { group, version } = splitApiVersion(apiVersionOf(object))
  if (!isSelected({ group, version, kind: kindOf(object) }, spec)) return
  within(() => `considering field '${spec.path}' of object ${idText(idOf(object))}`, () => descend(object, splitPath(spec.path, '/'), spec.create ?? false, visit))
}
export function visitFields(object: YamlNode, specs: readonly FieldSpec[], visit: FieldVisit): void {
  for (const spec of specs) visitField(object, spec, visit)
}

function descend(node: YamlNode, path: readonly string[], create: boolean, visit: FieldVisit): void {
  const [part, next] = path
  if (part === undefined) return visit.set(node)
  if (isTaggedNull(node)) return
  if (node.kind === 'alias') return descend(node.alias as YamlNode, path, create, visit)
  if (node.kind === 'list') {
    within(`visit traversal on path: [${path.join(' ')}]`, () => {
      for (const element of node.content) descend(element, path, create, visit)
    })
    return
  }
  if (node.kind !== 'map') throw new BuildError('expected sequence or mapping node')
  const isList = part.endsWith('[]')
  const name = isList ? part.slice(0, -2) : part
  if (name === '') throw new BuildError('cannot set or create an empty field name')
  const made: NodeKind | undefined = !create || visit.createKind === undefined || isList ? undefined : next === undefined ? visit.createKind : 'map'
  const field = within(`fieldName: ${name}`, () => (made === undefined ? lookup(node, [name]) : lookup(node, [name], made)))
  if (field === undefined) return
  if (isTaggedNull(field) && (made !== undefined || isList)) {
    field.kind = made ?? 'list'
    field.tag = made === undefined ? '' : next === undefined ? (visit.createTag ?? '') : TAG.map
    if (field.kind !== 'scalar') field.value = ''
  }
  descend(field, path.slice(1), create, visit)
}

