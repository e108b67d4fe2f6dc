/** Nodes as YAML text, in their own order and styles. upstream: kyaml/yaml String over go.yaml.in/yaml/v3 emitterc.go */
import { canBePlain, doubleQuoted } from '../../base/yaml/writer'
import type { CommentsByNode } from './comments'
import type { YamlNode } from './node'
import { TAG, entriesOf } from './node'
import { resolveScalar } from './scalars'

/** One document, ending in a line break. */
export function emitYaml(node: YamlNode, comments: CommentsByNode = NONE): string {
  const text = collectionText(node, 0, comments)
  const { head = [], foot = [] } = comments.get(node) ?? {}
  return `${head.length === 0 ? '' : `${head.join('\n')}\n\n`}${text ?? `${inlineText(node, 0)}\n`}${foot.length === 0 ? '' : `\n${foot.join('\n')}\n`}`
}
const NONE: CommentsByNode = new Map()

/** Lines of a block collection at the column, undefined for what stands on one line. */
function collectionText(node: YamlNode, indent: number, comments: CommentsByNode): string | undefined {
  if (node.kind === 'alias') return undefined
  if (node.style === 'flow' || node.content.length === 0 || (node.kind !== 'map' && node.kind !== 'list')) return undefined
  const pad = ' '.repeat(indent)
  const own = (lines: readonly string[] = []): string => lines.map(line => (line === '' ? '\n' : `${pad}${line}\n`)).join('')
  let out = ''
  let afterFoot = false
  const begin = (entry: YamlNode): void => {
    if (afterFoot) out += '\n'
    out += own(comments.get(entry)?.head)
  }
  const end = (entry: YamlNode): void => {
    const foot = comments.get(entry)?.foot
    afterFoot = foot !== undefined
    out += own(foot)
  }
  if (node.kind === 'list') {
    for (const element of node.content) {
      begin(element)
      out += `${pad}-${afterIndicator(element, indent, comments)}`
      end(element)
    }
    return out
  }
  for (const [key, value] of entriesOf(node)) {
    begin(key)
    out += `${pad}${inlineText(key, indent)}:`
    const nested = collectionText(value, value.kind === 'list' ? indent : indent + 2, comments)
    if (nested === undefined) out += `${commented(spaced(inlineText(value, indent + 2)), value, comments)}\n`
    else out += `${commented(propertiesOf(value), key, comments)}\n${nested}`
    end(key)
  }
  return out
}

/** The first line with the comment behind it. */
function commented(text: string, node: YamlNode, comments: CommentsByNode): string {
  const line = comments.get(node)?.line
  if (line === undefined) return text
  const at = text.indexOf('\n')
  return at < 0 ? `${text} ${line}` : `${text.slice(0, at)} ${line}${text.slice(at)}`
}

/** What follows `- `: a collection begins on the same line. */
function afterIndicator(element: YamlNode, indent: number, comments: CommentsByNode): string {
  const nested = collectionText(element, indent + 2, comments)
  if (nested === undefined) return `${commented(spaced(inlineText(element, indent + 2)), element, comments)}\n`
  return element.anchor === '' && !element.tagged ? ` ${nested.slice(indent + 2)}` : `${propertiesOf(element)}\n${nested}`
}

const spaced = (text: string): string => (text === '' ? '' : ` ${text}`)
const propertiesOf = (node: YamlNode): string => (node.anchor === '' ? '' : ` &${node.anchor}`) + (node.tagged ? ` ${node.tag}` : '')

/** A scalar, an alias or a flow collection; further lines of a block scalar stand at the column. */
function inlineText(node: YamlNode, indent: number, flow = false): string {
  const properties = propertiesOf(node).slice(1)
  const body = bodyText(node, indent, flow)
  return properties === '' ? body : `${properties}${body === '' ? '' : ' '}${body}`
}

function bodyText(node: YamlNode, indent: number, flow: boolean): string {
  switch (node.kind) {
    case 'alias':
      return `*${node.value}`
    case 'list':
      return `[${node.content.map(n => inlineText(n, indent, true)).join(', ')}]`
    case 'map':
      return `{${[...entriesOf(node)].map(([k, v]) => `${inlineText(k, indent, true)}:${spaced(inlineText(v, indent, true))}`).join(', ')}}`
    case 'none':
      return ''
    case 'scalar':
      return scalarText(node, indent, flow)
  }
}

function scalarText(node: YamlNode, indent: number, flow: boolean): string {
  const { value, tag } = node
  let { style } = node
  let tagText = ''
  if (!node.tagged && tag !== '' && resolveScalar(value).tag !== tag && style === '') {
    // A text that reads as something else is quoted, other types say their tag.
    if (tag === TAG.string) style = value.includes('\n') ? 'literal' : 'double'
    else if (value !== '' || tag !== TAG.null) tagText = `${tag} `
  }
  if (style === '' && value.includes('\n')) style = 'literal'
  if ((style === 'literal' || style === 'folded') && flow) style = 'double'
  if (style === '' && value !== '' && (!canBePlain(value) || (flow && /[,[\]{}?]/.test(value)))) style = 'single'
  if (style !== 'double' && /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u.test(value)) style = 'double'
  if ((style === 'literal' || style === 'folded') && / \n|\s$(?<!\n)/.test(value) && value.trim() === '') style = 'double'
  switch (style) {
    case 'double':
      return tagText + doubleQuoted(value)
    case 'single':
      return `${tagText}'${value.replaceAll("'", "''")}'`
    case 'literal':
    case 'folded':
      return `${tagText}${style === 'literal' ? '|' : '>'}${blockText(style === 'literal' ? value : value.replace(/\n(?=[^\n ])/g, '\n\n'), indent)}`
    default:
      return tagText + value
  }
}

/** The marks of a block scalar and its lines, the last without its break. */
function blockText(value: string, indent: number): string {
  const hint = /^[ \n]/.test(value) ? '2' : ''
  const chomp = !value.endsWith('\n') ? '-' : value === '\n' || value.endsWith('\n\n') ? '+' : ''
  const pad = ' '.repeat(Math.max(indent, 2))
  const body = (chomp === '-' ? value : value.slice(0, -1)).replace(/[^\n]+/g, line => pad + line)
  return `${hint}${chomp}\n${body}`
}
