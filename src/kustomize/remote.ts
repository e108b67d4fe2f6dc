/** Which paths mean a repository or a page on the network. upstream: api/internal/git/repospec.go */
import { isAbsolute, normalize } from 'node:path'

export const isWebUrl = (path: string): boolean => /^https?:/i.test(path)

/** What upstream would clone. */
export function isGitUrl(path: string): boolean {
  if (isAbsolute(path)) return false
  const withoutQuery = (path.split('?')[0] as string).replace(/^git::/i, '')
  const scheme = /^(ssh|https|http|file):\/\//i.exec(withoutQuery)?.[0].toLowerCase() ?? ''
  const afterScheme = withoutQuery.slice(scheme.length)
  const user = /^[a-zA-Z][a-zA-Z0-9-]*@/.exec(afterScheme)?.[0] ?? ''
  const rest = afterScheme.slice(user.length)
  const isGithub = /^github\.com[/:]/i.test(rest)
  const mayBeScp = scheme === '' && (user !== '' || isGithub)
  if (scheme === '' && !mayBeScp) return false
  if (scheme === 'file://') return hasRepository(user + rest, true)
  const slash = rest.indexOf('/')
  const colon = mayBeScp ? rest.indexOf(':') : -1
  const end = mayBeScp && (slash < 0 || (colon > 0 && colon < slash)) ? colon : slash
  // A host without a path is no repository.
  return hasRepository(end < 0 ? '' : rest.slice(end + 1), false)
}

function hasRepository(path: string, whole: boolean): boolean {
  const [repository, folder] = split(path, whole)
  return repository !== '' && normalize(folder.replace(/^\//, '') || '.').split('/')[0] !== '..'
}

/** The repository's path and the folder in it. */
function split(path: string, whole: boolean): [string, string] {
  const azure = path.indexOf('_git/')
  if (azure >= 0) {
    const [name = '', ...folder] = path.slice(azure + 5).split('/')
    return [path.slice(0, azure + 5) + name, folder.join('/')]
  }
  const double = path.indexOf('//')
  if (double >= 0) return [path.slice(0, double), path.slice(double + 2)]
  const suffix = path.indexOf('.git')
  if (suffix >= 0) return [path.slice(0, suffix + 4), path.slice(suffix + 4)]
  if (whole) return [path, '']
  const segments = path.split('/')
  return segments.length >= 2 ? [segments.slice(0, 2).join('/'), segments.slice(2).join('/')] : ['', '']
}
