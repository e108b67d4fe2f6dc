/** The comments of a text, by the node that each belongs to: before an entry, behind a value, after an entry. upstream: go.yaml.in/yaml/v3 scannerc.go, parserc.go */
import type { YamlNode } from './node'
import { entriesOf } from './node'

/** Lines with their `#`, without indentation. */
export interface Comments {
  head?: readonly string[]
  line?: string
  foot?: readonly string[]
}
/** Of keys, elements and values; the root has what is of the whole document. */
export type CommentsByNode = ReadonlyMap<YamlNode, Comments>

/** An entry of a block collection: where it begins, and what it begins with. */
interface Entry {
  /** A key or an element. */
  readonly node: YamlNode
  /** What follows a key; of an element the element itself. */
  readonly value: YamlNode
  readonly line: number
}

/** Where there are none, an empty map. `root` is what the text was read to. */
export function commentsOf(text: string, root: YamlNode): CommentsByNode {
  const out = new Map<YamlNode, Comments>()
  if (!text.includes('#')) return out
  const add = (node: YamlNode, more: Comments): void => void out.set(node, { ...out.get(node), ...more })
  const entries: Entry[] = []
  collect(root, entries)
  const byLine = new Map<number, Entry[]>()
  for (const entry of entries) byLine.set(entry.line, [...(byLine.get(entry.line) ?? []), entry])
  const lines = text.split('\n')
  const indentOf = (entry: Entry | undefined): number => (entry === undefined ? 0 : /^ */.exec(lines[entry.line - 1] ?? '')?.[0].length ?? 0)
  let pending: { readonly lines: string[]; readonly indent: number; readonly afterBlank: boolean } | undefined
  let last: Entry | undefined
  let wasBlank = true
  /** Where something last stood that is no comment. */
  let lastContent = -1
  /** What has been gathered belongs to what came before it. */
  const settle = (isEnd: boolean): void => {
    if (pending === undefined) return
    if (last === undefined) add(root, { head: [...(out.get(root)?.head ?? []), ...(out.get(root)?.head === undefined ? [] : ['']), ...pending.lines] })
    else if (pending.afterBlank && isEnd) add(root, { foot: pending.lines })
    else add(ancestorAt(entries, last, pending.indent, indentOf).node, { foot: pending.lines })
    pending = undefined
  }
  const lastLine = lines.findLastIndex(line => line.trim() !== '')
  // A plain scalar is read to the end of its line and beyond.
  const endsPlain = trailingComment(lines[0] ?? '') === undefined && !/["'\]}:]$/.test((lines[0] ?? '').trimEnd())
  let blockIndent: number | undefined
  lines.forEach((line, i) => {
    const indent = /^ */.exec(line)?.[0].length ?? 0
    const body = line.trim()
    if (blockIndent !== undefined && (body === '' || indent > blockIndent)) {
      wasBlank = body === ''
      if (body !== '') lastContent = i
      return
    }
    blockIndent = undefined
    if (body === '') {
      // Right behind the first line a comment is never one of what came before. upstream: scan_mark.line > 0
      if (pending === undefined || i > lastLine || lastContent !== 0 || endsPlain || pending.afterBlank) settle(i > lastLine)
      else pending.lines.push('')
      wasBlank = true
      return
    }
    if (body.startsWith('#')) {
      if (pending !== undefined && pending.indent === indent) pending.lines.push(body)
      else {
        settle(false)
        pending = { lines: [body], indent, afterBlank: wasBlank }
      }
      wasBlank = false
      return
    }
    lastContent = i
    const here = byLine.get(i + 1) ?? []
    const [first] = here
    if (first !== undefined) {
      if (pending !== undefined && pending.indent < indent) settle(false)
      if (pending !== undefined) add(first.node, { head: trimmed(pending.lines) })
      pending = undefined
      last = here.at(-1)
    }
    const comment = trailingComment(line)
    const at = here.at(-1)
    if (comment !== undefined && at !== undefined) add(at.value.kind === 'scalar' || at.value.style === 'flow' || at.value.content.length === 0 ? at.value : at.node, { line: comment })
    if (/(^|[\s:-])[|>][-+\d]*\s*(#.*)?$/.test(line)) blockIndent = indent
    wasBlank = false
  })
  settle(true)
  return out
}

/** One blank line at a time, and none at the end. */
const trimmed = (lines: readonly string[]): string[] => lines.filter((line, i) => line !== '' || (lines[i + 1] ?? '') !== '')

function collect(node: YamlNode, out: Entry[]): void {
  if (node.style === 'flow') return
  if (node.kind === 'map') {
    for (const [key, value] of entriesOf(node)) {
      out.push({ node: key, value, line: key.line })
      collect(value, out)
    }
  } else if (node.kind === 'list') {
    for (const element of node.content) {
      out.push({ node: element, value: element, line: firstLine(element) })
      collect(element, out)
    }
  }
}

const firstLine = (node: YamlNode): number => (node.kind === 'scalar' ? node.line : node.content.length === 0 ? 0 : firstLine(node.content[0] as YamlNode))

/** The last entry before the comment that stands in the comment's column, or further left. */
function ancestorAt(entries: readonly Entry[], last: Entry, indent: number, indentOf: (entry: Entry) => number): Entry {
  for (let i = entries.indexOf(last); i >= 0; i--) if (indentOf(entries[i] as Entry) <= indent) return entries[i] as Entry
  return last
}

function trailingComment(line: string): string | undefined {
  let quote = ''
  for (let i = 0; i < line.length; i++) {
    const c = line[i] as string
    const before = line[i - 1] ?? ' '
    if (quote !== '') {
      if (c === '\\' && quote === '"') i++
      else if (c === quote) quote = ''
    } else if ((c === '"' || c === "'") && /[\s[{,:]/.test(before)) quote = c
    else if (c === '#' && /\s/.test(before)) return line.slice(i).trimEnd()
  }
  return undefined
}
