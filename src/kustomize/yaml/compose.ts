/** YAML text to nodes. upstream: go.yaml.in/yaml/v3 decode.go parser, parserc.go */
import type { Token } from '../../base/yaml/scanner'
import { endsDocument, Grammar, scanned, TAG_PREFIX } from '../../base/yaml/grammar'
import { YamlError } from '../../base/yaml/scanner'
import type { NodeStyle, YamlNode } from './node'
import { TAG, newNode } from './node'
import { resolveScalar } from './scalars'

const STYLES: Record<Token['style'], NodeStyle> = { '': '', '"': 'double', "'": 'single', '|': 'literal', '>': 'folded' }

const LOOK_AHEAD = 2

/** The first document's root, undefined where there is none. Throws YamlError; its `byContext` is what upstream says. */
export function composeYaml(text: string): YamlNode | undefined {
  return new Composer(scanned(text, LOOK_AHEAD)).document()
}

class Composer extends Grammar<YamlNode, YamlNode, YamlNode> {
  private readonly anchors = new Map<string, YamlNode>()

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
    const root = endsDocument(this.tokens.peek()) ? this.empty() : this.node(true, false)
    // Of what follows one token is looked at: whatever it is, the document is over.
    this.tokens.peek()
    return root
  }

  protected alias(name: string): YamlNode {
    const target = this.anchors.get(name)
    if (target === undefined) throw new YamlError(`unknown anchor '${name}' referenced`)
    return newNode('alias', { value: name, alias: target })
  }
  /** The anchor names the node from here on, also within it. */
  private begun(node: YamlNode, tag: string | undefined, anchor: string | undefined): YamlNode {
    if (tag !== undefined && tag !== '!') Object.assign(node, { tag: shortTag(tag), tagged: true })
    if (anchor !== undefined) {
      node.anchor = anchor
      this.anchors.set(anchor, node)
    }
    return node
  }
  protected scalar(token: Token, tag: string | undefined, anchor: string | undefined): YamlNode {
    return this.begun(scalarOf(token, tag), tag, anchor)
  }
  protected empty(tag?: string, anchor?: string): YamlNode {
    return this.begun(newNode('scalar', { tag: TAG.null }), tag, anchor)
  }
  protected list(isFlow: boolean, tag?: string, anchor?: string): YamlNode {
    return this.begun(newNode('list', { tag: TAG.list, ...(isFlow ? { style: 'flow' } : {}) }), tag, anchor)
  }
  protected push(list: YamlNode, item: YamlNode): void {
    list.content.push(item)
  }
  protected endList(list: YamlNode): YamlNode {
    return list
  }
  protected map(isFlow: boolean, tag?: string, anchor?: string): YamlNode {
    return this.begun(newNode('map', { tag: TAG.map, ...(isFlow ? { style: 'flow' } : {}) }), tag, anchor)
  }
  protected put(map: YamlNode, key: YamlNode, value: YamlNode): void {
    map.content.push(key, value)
  }
  protected endMap(map: YamlNode): YamlNode {
    return map
  }
  protected opens(): void {}
  protected closes(): void {}
}

const shortTag = (tag: string): string => (tag.startsWith(TAG_PREFIX) ? `!!${tag.slice(TAG_PREFIX.length)}` : tag)

function scalarOf({ value, plain, style, line }: Token, tag: string | undefined): YamlNode {
  if (!plain || tag === '!') return newNode('scalar', { value, tag: TAG.string, style: STYLES[style], line: line + 1 })
  return newNode('scalar', { value, line: line + 1, tag: value === '<<' ? TAG.merge : resolveScalar(value).tag })
}
