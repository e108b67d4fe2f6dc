/** Absolute paths: `/` or `/a/b`, without `.`, `..` and double slashes. */

/** `path` seen from `cwd`, with `.` and `..` resolved by text alone. */
export function absolute(cwd: string, path: string): string {
  if (isClean(path)) return path
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') parts.pop()
    else parts.push(part)
  }
  return `/${parts.join('/')}`
}

const isClean = (path: string): boolean => path.startsWith('/') && (path === '/' || !(path.endsWith('/') || /\/(\.{0,2}\/|\.{1,2}$)/.test(path)))

export const inside = (directory: string, name: string): string => (directory === '/' ? `/${name}` : `${directory}/${name}`)

export function parent(path: string): string {
  const at = path.lastIndexOf('/')
  return at <= 0 ? '/' : path.slice(0, at)
}

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Is `path` the directory itself or beneath it? */
export const isWithin = (directory: string, path: string): boolean => directory === '/' || path === directory || (path.startsWith(directory) && path[directory.length] === '/')

/** All directories above a path, from the root down. */
export function ancestors(path: string): string[] {
  const out: string[] = []
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) out.push(path.slice(0, at))
  if (path !== '/') out.push('/')
  return out.reverse()
}
