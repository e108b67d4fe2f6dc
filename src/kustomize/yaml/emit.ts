/** Nodes as YAML text, in their own order and styles. upstream: kyaml/yaml String over go.yaml.in/yaml/v3 emitterc.go */
import { canBePlain, doubleQuoted } from '../../base/yaml/writer'
import type { YamlNode } from './node'
import { TAG, entriesOf } from './node'
import { resolveScalar } from './scalars'

/** One document, ending in a line break. */
export function emitYaml(node: YamlNode): string {
  const text = collectionText(node, 0)
  return text === undefined ? `${inlineText(node, 0)}\n` : text
}

/** Lines of a block collection at the column, undefined for what stands on one line. */
function collectionText(node: YamlNode, indent: number): string | undefined {
  if (node.kind === 'alias') return undefined
  if (node.style === 'flow' || node.content.length === 0 || (node.kind !== 'map' && node.kind !== 'list')) return undefined
  const pad = ' '.repeat(indent)
  let out = ''
  if (node.kind === 'list') {
    for (const element of node.content) out += `${pad}-${afterIndicator(element, indent)}`
    return out
  }
  for (const [key, value] of entriesOf(node)) {
    out += `${pad}${inlineText(key, indent)}:`
    const nested = collectionText(value, value.kind === 'list' ? indent : indent + 2)
    if (nested === undefined) out += `${spaced(inlineText(value, indent + 2))}\n`
    else out += `${propertiesOf(value)}\n${nested}`
  }
  return out
}

/** What follows `- `: a collection begins on the same line. */
function afterIndicator(element: YamlNode, indent: number): string {
  const nested = collectionText(element, indent + 2)
  if (nested === undefined) return `${spaced(inlineText(element, indent + 2))}\n`
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
