/** YAML text to nodes. upstream: go.yaml.in/yaml/v3 decode.go parser, parserc.go */
import type { Token } from '../../base/yaml/scanner'
import { Scanner, YamlError } from '../../base/yaml/scanner'
import type { NodeStyle, YamlNode } from './node'
import { TAG, newNode } from './node'
import { resolveScalar } from './scalars'

const TAG_PREFIX = 'tag:yaml.org,2002:'
const STYLES: Record<Token['style'], NodeStyle> = { '': '', '"': 'double', "'": 'single', '|': 'literal', '>': 'folded' }
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]/

/** The first document's root, undefined where there is none. Throws YamlError; its `byContext` is what upstream says. */
export function composeYaml(text: string): YamlNode | undefined {
  if (CONTROL.test(text)) throw new YamlError('control characters are not allowed')
  return new Composer(new Scanner(text)).document()
}

type FlowEnd = 'flow-sequence-end' | 'flow-mapping-end'

class Composer {
  private readonly anchors = new Map<string, YamlNode>()
  private readonly tags = new Map<string, string>([['!', '!'], ['!!', TAG_PREFIX]])

  constructor(private readonly tokens: Scanner) {}

  document(): YamlNode | undefined {
    while (this.tokens.peek().type === 'document-end') this.tokens.skip()
    for (let token = this.tokens.peek(); token.type === 'directive'; token = this.tokens.peek()) {
      const [name, handle = '', prefix = ''] = token.value.split(/[ \t]+/)
      if (name === '%TAG') this.tags.set(handle, prefix)
      this.tokens.skip()
    }
    const first = this.tokens.peek()
    if (first.type === 'stream-end') return undefined
    if (first.type === 'document-start') this.tokens.skip()
    const next = this.tokens.peek().type
    const root = next === 'directive' || next === 'document-start' || next === 'document-end' || next === 'stream-end' ? emptyScalar() : this.node(true, false)
    const after = this.tokens.peek()
    if (after.type !== 'stream-end' && after.type !== 'document-start' && after.type !== 'document-end' && after.type !== 'directive') this.fail('did not find expected <document start>', after)
    return root
  }

  private fail(problem: string, token: Token, contextLine = 0): never {
    const by = (line: number): string => (line === 0 ? problem : `line ${line}: ${problem}`)
    throw new YamlError(by(token.line !== 0 ? token.line : contextLine), by(contextLine !== 0 ? contextLine : token.line))
  }

  private node(block: boolean, indentless: boolean): YamlNode {
    let token = this.tokens.peek()
    if (token.type === 'alias') {
      this.tokens.skip()
      const target = this.anchors.get(token.value)
      if (target === undefined) throw new YamlError(`unknown anchor '${token.value}' referenced`)
      return newNode('alias', { value: token.value, alias: target })
    }
    const startLine = token.line
    let anchor: string | undefined
    let tag: string | undefined
    for (let i = 0; i < 2; i++) {
      if (token.type === 'anchor' && anchor === undefined) anchor = token.value
      else if (token.type === 'tag' && tag === undefined) tag = this.tagOf(token, startLine)
      else break
      this.tokens.skip()
      token = this.tokens.peek()
    }
    return this.content(token, tag, anchor, block, indentless, startLine)
  }

  private content(token: Token, tag: string | undefined, anchor: string | undefined, block: boolean, indentless: boolean, startLine: number): YamlNode {
    const begin = (node: YamlNode): YamlNode => {
      if (tag !== undefined && tag !== '!') Object.assign(node, { tag, tagged: true })
      if (anchor !== undefined) {
        node.anchor = anchor
        this.anchors.set(anchor, node)
      }
      return node
    }
    switch (token.type) {
      case 'scalar':
        this.tokens.skip()
        return begin(scalarOf(token, tag))
      case 'block-entry':
        if (indentless) return this.indentlessList(begin(newNode('list', { tag: TAG.list })))
        break
      case 'flow-sequence-start':
        return this.flowList(begin(newNode('list', { tag: TAG.list, style: 'flow' })))
      case 'flow-mapping-start':
        return this.flowMap(begin(newNode('map', { tag: TAG.map, style: 'flow' })))
      case 'block-sequence-start':
        if (block) return this.blockList(begin(newNode('list', { tag: TAG.list })))
        break
      case 'block-mapping-start':
        if (block) return this.blockMap(begin(newNode('map', { tag: TAG.map })))
        break
    }
    if (anchor !== undefined || tag !== undefined) return begin(emptyScalar())
    return this.fail('did not find expected node content', token, startLine)
  }

  private tagOf(token: Token, startLine: number): string {
    if (token.handle === '') return shortTag(token.value)
    const prefix = this.tags.get(token.handle)
    if (prefix === undefined) this.fail('found undefined tag handle', token, startLine)
    return shortTag(prefix + token.value)
  }

  private blockList(list: YamlNode): YamlNode {
    const start = this.tokens.peek()
    this.tokens.skip()
    for (;;) {
      const token = this.tokens.peek()
      if (token.type === 'block-end') {
        this.tokens.skip()
        return list
      }
      if (token.type !== 'block-entry') this.fail("did not find expected '-' indicator", token, start.line)
      this.tokens.skip()
      const next = this.tokens.peek().type
      list.content.push(next === 'block-entry' || next === 'block-end' ? emptyScalar() : this.node(true, false))
    }
  }
  /** `- ` under a key and in its column. */
  private indentlessList(list: YamlNode): YamlNode {
    while (this.tokens.peek().type === 'block-entry') {
      this.tokens.skip()
      const next = this.tokens.peek().type
      list.content.push(next === 'block-entry' || next === 'key' || next === 'value' || next === 'block-end' ? emptyScalar() : this.node(true, false))
    }
    return list
  }
  private blockMap(map: YamlNode): YamlNode {
    const start = this.tokens.peek()
    this.tokens.skip()
    for (;;) {
      const token = this.tokens.peek()
      if (token.type === 'block-end') {
        this.tokens.skip()
        return map
      }
      if (token.type !== 'key') this.fail('did not find expected key', token, start.line)
      this.tokens.skip()
      const key = this.blockPart()
      const value = this.tokens.peek().type === 'value' ? (this.tokens.skip(), this.blockPart()) : emptyScalar()
      map.content.push(key, value)
    }
  }
  /** A key or a value; nothing at all is null. */
  private blockPart(): YamlNode {
    const { type } = this.tokens.peek()
    return type === 'key' || type === 'value' || type === 'block-end' ? emptyScalar() : this.node(true, true)
  }
  private flowList(list: YamlNode): YamlNode {
    const start = this.tokens.peek()
    this.tokens.skip()
    for (let first = true; ; first = false) {
      let token = this.tokens.peek()
      if (token.type === 'flow-sequence-end') break
      if (!first) {
        if (token.type !== 'flow-entry') this.fail("did not find expected ',' or ']'", token, start.line)
        this.tokens.skip()
        token = this.tokens.peek()
        if (token.type === 'flow-sequence-end') break
      }
      if (token.type !== 'key') list.content.push(this.node(false, false))
      else list.content.push(newNode('map', { tag: TAG.map, style: 'flow', content: this.flowPair('flow-sequence-end') }))
    }
    this.tokens.skip()
    return list
  }
  private flowMap(map: YamlNode): YamlNode {
    const start = this.tokens.peek()
    this.tokens.skip()
    for (let first = true; ; first = false) {
      let token = this.tokens.peek()
      if (token.type === 'flow-mapping-end') break
      if (!first) {
        if (token.type !== 'flow-entry') this.fail("did not find expected ',' or '}'", token, start.line)
        this.tokens.skip()
        token = this.tokens.peek()
        if (token.type === 'flow-mapping-end') break
      }
      if (token.type === 'key') map.content.push(...this.flowPair('flow-mapping-end'))
      else map.content.push(this.node(false, false), emptyScalar())
    }
    this.tokens.skip()
    return map
  }
  private flowPair(end: FlowEnd): [YamlNode, YamlNode] {
    this.tokens.skip()
    const key = this.flowPart(end)
    return [key, this.tokens.peek().type === 'value' ? (this.tokens.skip(), this.flowPart(end)) : emptyScalar()]
  }
  private flowPart(end: FlowEnd): YamlNode {
    const { type } = this.tokens.peek()
    return type === 'value' || type === 'flow-entry' || type === end ? emptyScalar() : this.node(false, false)
  }
}

const emptyScalar = (): YamlNode => newNode('scalar', { tag: TAG.null })
const shortTag = (tag: string): string => (tag.startsWith(TAG_PREFIX) ? `!!${tag.slice(TAG_PREFIX.length)}` : tag)

function scalarOf({ value, plain, style, line }: Token, tag: string | undefined): YamlNode {
  if (!plain || tag === '!') return newNode('scalar', { value, tag: TAG.string, style: STYLES[style], line: line + 1 })
  return newNode('scalar', { value, line: line + 1, tag: value === '<<' ? TAG.merge : resolveScalar(value).tag })
}
