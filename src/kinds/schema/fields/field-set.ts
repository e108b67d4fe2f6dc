/** Sets of paths into an object, immutable and sharing their parts; their text is what managedFields holds as FieldsV1. upstream: structured-merge-diff/fieldpath */
import { compareElements, elementText, SELF } from './path-element'

/** An element of a level of a set: it may be in the set itself, and may have paths below it. */
export interface FieldNode {
  readonly element: string
  readonly member: boolean
  readonly below: FieldSet
}

export class FieldSet {
  private text: string | undefined

  /** Nodes in the order of their elements; none is empty. */
  constructor(readonly nodes: readonly FieldNode[]) {}

  get isEmpty(): boolean {
    return this.nodes.length === 0
  }

  find(element: string): FieldNode | undefined {
    const { nodes } = this
    if (nodes.length <= 8) {
      for (const node of nodes) if (node.element === element) return node
      return undefined
    }
    let low = 0
    let high = nodes.length - 1
    while (low <= high) {
      const mid = (low + high) >> 1
      const node = nodes[mid] as FieldNode
      const order = compareElements(node.element, element)
      if (order === 0) return node
      if (order < 0) low = mid + 1
      else high = mid - 1
    }
    return undefined
  }

  /** Whether the set has exactly this path. */
  has(path: readonly string[]): boolean {
    let set: FieldSet = this
    for (let i = 0; i < path.length; i++) {
      const node = set.find(path[i] as string)
      if (node === undefined) return false
      if (i === path.length - 1) return node.member
      set = node.below
    }
    return false
  }

  /** The canonical JSON text: elements in order, `.` first. */
  toText(): string {
    return (this.text ??= `{${nodesText(this.nodes)}}`)
  }

  union(other: FieldSet): FieldSet {
    if (this === other || other.isEmpty) return this
    if (this.isEmpty) return other
    return merged(this, other, (element, a, b) => {
      if (a === undefined || b === undefined) return a ?? b
      const below = a.below.union(b.below)
      return below === a.below && a.member >= b.member ? a : { element, member: a.member || b.member, below }
    })
  }

  intersection(other: FieldSet): FieldSet {
    if (this === other) return this
    if (this.isEmpty || other.isEmpty) return EMPTY
    return merged(this, other, (element, a, b) => (a === undefined || b === undefined ? undefined : node(element, a.member && b.member, a.below.intersection(b.below))))
  }

  /** Paths of this that are not paths of the other. */
  difference(other: FieldSet): FieldSet {
    if (this === other) return EMPTY
    if (this.isEmpty || other.isEmpty) return this
    return merged(this, other, (element, a, b) => {
      if (a === undefined || b === undefined) return a
      const below = a.below.difference(b.below)
      const member = a.member && !b.member
      return below === a.below && member === a.member ? a : node(element, member, below)
    })
  }

  /** As `difference`, and a path of the other takes everything below it out, too. */
  without(other: FieldSet): FieldSet {
    if (this === other) return EMPTY
    if (this.isEmpty || other.isEmpty) return this
    return merged(this, other, (element, a, b) => {
      if (a === undefined || b === undefined) return a
      if (b.member) return undefined
      const below = a.below.without(b.below)
      return below === a.below ? a : node(element, a.member, below)
    })
  }

  equals(other: FieldSet): boolean {
    return this === other || this.toText() === other.toText()
  }

  /** Every path, as conflicts print it, those of a level before those below it: `.spec.replicas`. */
  paths(): string[] {
    const out: string[] = []
    collect(this, '', out)
    return out
  }
}

export const EMPTY = new FieldSet([])

const node = (element: string, member: boolean, below: FieldSet): FieldNode | undefined => (member || !below.isEmpty ? { element, member, below } : undefined)

/** The set of these nodes; they must be in order. */
export const setOfNodes = (nodes: readonly FieldNode[]): FieldSet => (nodes.length === 0 ? EMPTY : new FieldSet(nodes))

/** The set of nodes in any order, no two of one element. */
export function setOfUnorderedNodes(nodes: FieldNode[]): FieldSet {
  for (let i = 1; i < nodes.length; i++) {
    if (compareElements((nodes[i - 1] as FieldNode).element, (nodes[i] as FieldNode).element) > 0) {
      nodes.sort((a, b) => compareElements(a.element, b.element))
      break
    }
  }
  return setOfNodes(nodes)
}

/** Walks two sets in step. Gives one of them back when every node of it stays. */
function merged(left: FieldSet, right: FieldSet, combine: (element: string, a: FieldNode | undefined, b: FieldNode | undefined) => FieldNode | undefined): FieldSet {
  const [a, b] = [left.nodes, right.nodes]
  const out: FieldNode[] = []
  let same = true
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    const l = a[i]
    const r = b[j]
    const order = l === undefined ? 1 : r === undefined ? -1 : l.element === r.element ? 0 : compareElements(l.element, r.element)
    const result = order === 0 ? combine((l as FieldNode).element, l, r) : order < 0 ? combine((l as FieldNode).element, l, undefined) : combine((r as FieldNode).element, undefined, r)
    if (order <= 0) i++
    if (order >= 0) j++
    if (result !== undefined) out.push(result)
    if (result !== (order <= 0 ? l : undefined)) same = false
  }
  return same ? left : setOfNodes(out)
}

function nodesText(nodes: readonly FieldNode[]): string {
  let out = ''
  for (const { element, member, below } of nodes) {
    if (out !== '') out += ','
    out += quoted(element)
    if (below.isEmpty) out += '{}'
    else out += member ? `{".":{},${nodesText(below.nodes)}}` : `{${nodesText(below.nodes)}}`
  }
  return out
}

/** `"f:name":`, for elements seen before; bounded. */
const quotedElements = new Map<string, string>()
const MAX_QUOTED = 20_000

/** An element as the key of a JSON object, with the colon. */
export function quoted(element: string): string {
  let text = quotedElements.get(element)
  if (text === undefined) {
    text = `${JSON.stringify(element)}:`
    if (quotedElements.size >= MAX_QUOTED) quotedElements.clear()
    quotedElements.set(element, text)
  }
  return text
}

function collect(set: FieldSet, prefix: string, out: string[]): void {
  for (const { element, member } of set.nodes) if (member) out.push(prefix + elementText(element))
  for (const { element, below } of set.nodes) if (!below.isEmpty) collect(below, prefix + elementText(element), out)
}

/** Sets by their text: a cluster has few different ones. Bounded. */
const parsedSets = new Map<string, FieldSet>()
const MAX_PARSED = 2_000

/** The set of a FieldsV1 text; throws SyntaxError for broken JSON. Equal texts give the same set. */
export function fieldSetOfText(text: string): FieldSet {
  let set = parsedSets.get(text)
  if (set === undefined) {
    set = fromFieldsV1(JSON.parse(text) as unknown)
    if (parsedSets.size >= MAX_PARSED) parsedSets.clear()
    parsedSets.set(text, set)
  }
  return set
}

/** The set of a FieldsV1 value; what is no path element is left out. */
export function fromFieldsV1(value: unknown): FieldSet {
  return readLevel(value).set
}

export function toFieldsV1(set: FieldSet): Record<string, unknown> {
  return JSON.parse(set.toText()) as Record<string, unknown>
}

function readLevel(value: unknown): { set: FieldSet; self: boolean } {
  const nodes: FieldNode[] = []
  let self = false
  if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value)) {
      if (key === SELF) self = true
      else if (isElement(key)) {
        const level = readLevel((value as Record<string, unknown>)[key])
        nodes.push({ element: key, member: level.self, below: level.set })
      }
    }
  }
  const set = setOfUnorderedNodes(nodes)
  return { set, self: self || set.isEmpty }
}

function isElement(key: string): boolean {
  if (key[1] !== ':') return false
  const kind = key[0]
  if (kind === 'f') return true
  if (kind === 'i') return /^-?\d+$/.test(key.slice(2))
  if (kind !== 'k' && kind !== 'v') return false
  try {
    const value = JSON.parse(key.slice(2)) as unknown
    return kind === 'v' || (typeof value === 'object' && value !== null)
  } catch {
    return false
  }
}

/** The set of these paths, each a list of elements. */
export function setOfPaths(paths: readonly (readonly string[])[]): FieldSet {
  let out = EMPTY
  for (const path of paths) {
    let set = EMPTY
    for (let i = path.length - 1; i >= 0; i--) set = new FieldSet([{ element: path[i] as string, member: i === path.length - 1, below: set }])
    out = out.union(set)
  }
  return out
}
