/** Pathname expansion. */
import type { FileSystem } from '../files/file-system'
import { FileError } from '../files/file-system'
import { isPattern, matches, unescapePattern } from './patterns'

/** The paths that match, in byte order; empty when none does. */
export function glob(pattern: string, files: FileSystem): string[] {
  const parts = splitPattern(pattern)
  const isAbsolute = pattern.startsWith('/')
  let found: string[] = [isAbsolute ? '/' : '']
  for (const [i, part] of parts.entries()) {
    const isLast = i === parts.length - 1
    const next: string[] = []
    for (const base of found) {
      if (part === '') {
        // A trailing slash: directories only.
        if (isLast && isDirectory(files, base)) next.push(`${base}/`)
        continue
      }
      if (!isPattern(part)) {
        const path = join(base, unescapePattern(part))
        if (files.exists(path) || isLink(files, path)) next.push(path)
        continue
      }
      for (const name of names(files, base === '' ? '.' : base))
        if ((!name.startsWith('.') || part.startsWith('.') || part.startsWith('\\.')) && matches(part, name) && (isLast || isDirectory(files, join(base, name)))) next.push(join(base, name))
    }
    found = next
  }
  return found.sort()
}

function splitPattern(pattern: string): string[] {
  const parts = pattern.split(/\/+/)
  return pattern.startsWith('/') ? parts.slice(1) : parts
}

const join = (base: string, name: string): string => (base === '' ? name : base.endsWith('/') ? base + name : `${base}/${name}`)

function names(files: FileSystem, path: string): string[] {
  try {
    return ['.', '..', ...files.list(path).map(entry => entry.name)].filter(n => n !== '.' && n !== '..')
  } catch (e) {
    if (e instanceof FileError) return []
    throw e
  }
}

function isDirectory(files: FileSystem, path: string): boolean {
  return files.exists(path) && files.stat(path).type === 'dir'
}

function isLink(files: FileSystem, path: string): boolean {
  try {
    return files.lstat(path).type === 'symlink'
  } catch (e) {
    if (e instanceof FileError) return false
    throw e
  }
}
