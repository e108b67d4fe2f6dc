/** YAML's grammar over tokens; what nodes are made of is its heirs' affair. upstream: libyaml's parser as go.yaml.in/yaml has it, parserc.go */
import type { Token } from './scanner'
import { Scanner, YamlError } from './scanner'

export const TAG_PREFIX = 'tag:yaml.org,2002:'
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]/

/** Throws YamlError for characters that no document may have. */
export function scanned(text: string, ahead = 0): Scanner {
  if (CONTROL.test(text)) throw new YamlError('control characters are not allowed')
  return new Scanner(text, ahead)
}

/** Where a document is over, or another one begins. */
export const endsDocument = ({ type }: Token): boolean => type === 'directive' || type === 'document-start' || type === 'document-end' || type === 'stream-end'

type Entry = 'block-entry' | 'key'
type FlowEnd = 'flow-sequence-end' | 'flow-mapping-end'
type Name = string | undefined

/** N: a node; L and M: a list and a map that are not whole yet. Tags are written out: `tag:yaml.org,2002:str`. */
export abstract class Grammar<N, L, M> {
  protected readonly tags = new Map<string, string>([['!', '!'], ['!!', TAG_PREFIX]])

  constructor(protected readonly tokens: Scanner) {}

  protected abstract alias(name: string): N
  protected abstract scalar(token: Token, tag: Name, anchor: Name): N
  /** Nothing, where a node might stand. */
  protected abstract empty(tag?: Name, anchor?: Name): N
  protected abstract list(isFlow: boolean, tag?: Name, anchor?: Name): L
  protected abstract push(list: L, item: N): void
  protected abstract endList(list: L): N
  protected abstract map(isFlow: boolean, tag?: Name, anchor?: Name): M
  /** `at`: with what the key begins; absent for the item of a flow map that has no value. */
  protected abstract put(map: M, key: N, value: N, at?: Token): void
  protected abstract endMap(map: M): N
  /** Before and after the node with this anchor. */
  protected abstract opens(anchor: string): void
  protected abstract closes(anchor: string, node: N): void

  /** Parser errors are counted from 0, and on line 0 the context's line is told; version 3 of Go's library tells that of the context first. */
  protected fail(problem: string, token: Token, contextLine = 0): never {
    const by = (line: number): string => (line === 0 ? problem : `line ${line}: ${problem}`)
    throw new YamlError(by(token.line !== 0 ? token.line : contextLine), by(contextLine !== 0 ? contextLine : token.line))
  }

  protected node(block: boolean, indentless: boolean): N {
    let token = this.tokens.peek()
    if (token.type === 'alias') {
      this.tokens.skip()
      return this.alias(token.value)
    }
    const startLine = token.line
    let anchor: Name
    let tag: Name
    // An anchor and a tag, in either order, each at most once.
    for (let i = 0; i < 2; i++) {
      if (token.type === 'anchor' && anchor === undefined) anchor = token.value
      else if (token.type === 'tag' && tag === undefined) tag = this.tagOf(token, startLine)
      else break
      this.tokens.skip()
      token = this.tokens.peek()
    }
    if (anchor === undefined) return this.content(token, tag, anchor, block, indentless, startLine)
    this.opens(anchor)
    const node = this.content(token, tag, anchor, block, indentless, startLine)
    this.closes(anchor, node)
    return node
  }

  private content(token: Token, tag: Name, anchor: Name, block: boolean, indentless: boolean, startLine: number): N {
    switch (token.type) {
      case 'scalar':
        this.tokens.skip()
        return this.scalar(token, tag, anchor)
      case 'block-entry':
        if (indentless) return this.indentlessList(this.list(false, tag, anchor))
        break
      case 'flow-sequence-start':
        return this.flowList(this.list(true, tag, anchor))
      case 'flow-mapping-start':
        return this.flowMap(this.map(true, tag, anchor))
      case 'block-sequence-start':
        if (block) return this.blockList(this.list(false, tag, anchor))
        break
      case 'block-mapping-start':
        if (block) return this.blockMap(this.map(false, tag, anchor))
        break
    }
    if (anchor !== undefined || tag !== undefined) return this.empty(tag, anchor)
    return this.fail('did not find expected node content', token, startLine)
  }

  private tagOf(token: Token, startLine: number): string {
    if (token.handle === '') return token.value
    const prefix = this.tags.get(token.handle)
    if (prefix === undefined) this.fail('found undefined tag handle', token, startLine)
    return prefix + token.value
  }

  // ── block collections ─────────────────────────────────────────────────────────────────────────────

  /** Says whether another entry follows, and takes its indicator. */
  private nextBlock(entry: Entry, problem: string, startLine: number): boolean {
    const token = this.tokens.peek()
    if (token.type !== entry && token.type !== 'block-end') this.fail(problem, token, startLine)
    this.tokens.skip()
    return token.type === entry
  }

  private blockList(list: L): N {
    const { line } = this.tokens.peek()
    this.tokens.skip()
    while (this.nextBlock('block-entry', "did not find expected '-' indicator", line)) {
      const { type } = this.tokens.peek()
      this.push(list, type === 'block-entry' || type === 'block-end' ? this.empty() : this.node(true, false))
    }
    return this.endList(list)
  }
  /** `- ` under a key and in its column. */
  private indentlessList(list: L): N {
    while (this.tokens.peek().type === 'block-entry') {
      this.tokens.skip()
      const { type } = this.tokens.peek()
      this.push(list, type === 'block-entry' || type === 'key' || type === 'value' || type === 'block-end' ? this.empty() : this.node(true, false))
    }
    return this.endList(list)
  }
  private blockMap(map: M): N {
    const { line } = this.tokens.peek()
    this.tokens.skip()
    while (this.nextBlock('key', 'did not find expected key', line)) {
      const at = this.tokens.peek()
      const key = this.blockPart()
      this.put(map, key, this.tokens.peek().type === 'value' ? (this.tokens.skip(), this.blockPart()) : this.empty(), at)
    }
    return this.endMap(map)
  }
  /** A key or a value; nothing at all is null. */
  private blockPart(): N {
    const { type } = this.tokens.peek()
    return type === 'key' || type === 'value' || type === 'block-end' ? this.empty() : this.node(true, true)
  }

  // ── flow collections ──────────────────────────────────────────────────────────────────────────────

  /** Says whether another item follows, past the comma before it; takes the end. */
  private nextFlow(end: FlowEnd, isFirst: boolean, problem: string, startLine: number): boolean {
    let token = this.tokens.peek()
    if (token.type !== end && !isFirst) {
      if (token.type !== 'flow-entry') this.fail(problem, token, startLine)
      this.tokens.skip()
      token = this.tokens.peek()
    }
    if (token.type !== end) return true
    this.tokens.skip()
    return false
  }

  private flowList(list: L): N {
    const { line } = this.tokens.peek()
    this.tokens.skip()
    for (let isFirst = true; this.nextFlow('flow-sequence-end', isFirst, "did not find expected ',' or ']'", line); isFirst = false) {
      if (this.tokens.peek().type !== 'key') this.push(list, this.node(false, false))
      else {
        // `[a: b]` is a list of one map.
        const map = this.map(true)
        this.flowPair(map, 'flow-sequence-end')
        this.push(list, this.endMap(map))
      }
    }
    return this.endList(list)
  }
  private flowMap(map: M): N {
    const { line } = this.tokens.peek()
    this.tokens.skip()
    for (let isFirst = true; this.nextFlow('flow-mapping-end', isFirst, "did not find expected ',' or '}'", line); isFirst = false) {
      if (this.tokens.peek().type === 'key') this.flowPair(map, 'flow-mapping-end')
      else this.put(map, this.node(false, false), this.empty())
    }
    return this.endMap(map)
  }
  private flowPair(map: M, end: FlowEnd): void {
    this.tokens.skip()
    const at = this.tokens.peek()
    const key = this.flowPart(end)
    this.put(map, key, this.tokens.peek().type === 'value' ? (this.tokens.skip(), this.flowPart(end)) : this.empty(), at)
  }
  private flowPart(end: FlowEnd): N {
    const { type } = this.tokens.peek()
    return type === 'value' || type === 'flow-entry' || type === end ? this.empty() : this.node(false, false)
  }
}
