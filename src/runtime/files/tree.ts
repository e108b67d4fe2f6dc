/** Trees that nobody writes: an image's files, and files generated from facts (/proc, /etc/hosts). */
import type { FileStat } from '../storage'
import { parent, baseName } from './paths'

export interface ReadOnlyTree {
  stat(path: string): FileStat | undefined
  /** Content of a file, target of a symlink; bytes. Undefined for what is neither. */
  read(path: string): string | undefined
  /** Names of the direct children, unsorted. */
  list(path: string): readonly string[]
}

/** How a tree is written down: a path to its content. A trailing slash makes a directory, `->` in front of the content a symlink. */
export type TreeSource = Readonly<Record<string, TreeItem>>
export type TreeItem = string | (() => string) | { readonly mode?: number; readonly uid?: number; readonly gid?: number; readonly content?: string | (() => string) }

interface TreeNode {
  readonly stat: FileStat
  readonly content?: string | (() => string)
  children?: string[]
}

/** Directories in between are made; `mtimeMs` is every entry's age. */
export function buildTree(sources: readonly TreeSource[], mtimeMs: number): ReadOnlyTree {
  const nodes = new Map<string, TreeNode>()
  const directory = (path: string, mode = 0o755, uid = 0, gid = 0): TreeNode => {
    const existing = nodes.get(path)
    if (existing !== undefined && existing.stat.type === 'dir') return existing
    const node: TreeNode = { stat: { type: 'dir', mode, uid, gid, mtimeMs, size: 0 }, children: existing?.children ?? [] }
    if (path !== '/' && existing === undefined) directory(parent(path)).children?.push(baseName(path))
    nodes.set(path, node)
    return node
  }
  directory('/')
  for (const source of sources)
    for (const [key, item] of Object.entries(source)) {
      const { mode, uid = 0, gid = 0, content = '' } = typeof item === 'object' ? item : { content: item }
      if (key.endsWith('/')) {
        directory(key.length > 1 ? key.slice(0, -1) : '/', mode, uid, gid)
        continue
      }
      const isLink = typeof content === 'string' && content.startsWith('->')
      const body = isLink ? (content as string).slice(2) : content
      const above = directory(parent(key))
      if (!nodes.has(key)) above.children?.push(baseName(key))
      const size = typeof body === 'string' ? body.length : 0
      nodes.set(key, { stat: { type: isLink ? 'symlink' : 'file', mode: mode ?? (isLink ? 0o777 : 0o644), uid, gid, mtimeMs, size }, content: body })
    }
  return {
    stat: path => nodes.get(path)?.stat,
    read(path) {
      const content = nodes.get(path)?.content
      return typeof content === 'function' ? content() : content
    },
    list: path => nodes.get(path)?.children ?? [],
  }
}

/** Symlinks followed before a path is taken for a circle. */
const MAX_LINKS = 40

/** Where a path leads through the symlinks of a tree: what is mounted at `/var/run/x` shows at `/run/x`. What is not there stays as it is. */
export function throughLinks(tree: ReadOnlyTree, path: string): string {
  let done = ''
  let rest = path.split('/').filter(p => p !== '')
  for (let links = 0; rest.length > 0; ) {
    const [part, ...more] = rest as [string, ...string[]]
    rest = more
    if (part === '.') continue
    if (part === '..') {
      done = done.slice(0, done.lastIndexOf('/'))
      continue
    }
    const next = `${done}/${part}`
    if (tree.stat(next)?.type !== 'symlink' || ++links > MAX_LINKS) {
      done = next
      continue
    }
    const target = tree.read(next) ?? ''
    if (target.startsWith('/')) done = ''
    rest = [...target.split('/').filter(p => p !== ''), ...rest]
  }
  return done === '' ? '/' : done
}
