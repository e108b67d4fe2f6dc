/** Reads files for a kustomization: within its folder only, and never in a circle. upstream: api/internal/loader */
import { readFileSync, readlinkSync, lstatSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { BuildError, within } from './errors'
import { isGitUrl, isWebUrl } from './remote'

export interface LoaderSettings {
  /** What relative paths are relative to. */
  readonly cwd: string
  /** Files outside the folder may be read. */
  readonly unrestricted: boolean
}

export class Loader {
  private constructor(readonly root: string, private readonly settings: LoaderSettings, private readonly referrer: Loader | undefined) {}

  /** Throws BuildError for what is no folder, and for URLs: kubottle works offline. */
  static at(path: string, settings: LoaderSettings): Loader {
    if (isGitUrl(path)) throw offline(path)
    return new Loader(confirmFolder(path, path, settings.cwd), settings, undefined)
  }

  /** For a folder that this one refers to. Throws BuildError. */
  into(path: string): Loader {
    if (path === '') throw new BuildError('new root cannot be empty')
    if (isGitUrl(path)) throw offline(path)
    if (isAbsolute(path)) throw new BuildError(`new root '${path}' cannot be absolute`)
    const joined = join(this.root, path)
    const root = confirmFolder(joined, joined, this.settings.cwd)
    for (let loader: Loader | undefined = this; loader !== undefined; loader = loader.referrer) {
      if (isWithin(loader.root, root)) throw new BuildError(`cycle detected: candidate root '${root}' contains visited root '${loader.root}'`)
    }
    return new Loader(root, this.settings, this)
  }

  /** A file's bytes. Throws BuildError. */
  bytes(path: string): Buffer {
    if (isWebUrl(path)) throw offline(path)
    const absolute = isAbsolute(path) ? path : join(this.root, path)
    return read(this.settings.unrestricted ? absolute : this.confirmFile(absolute))
  }
  text(path: string): string {
    return this.bytes(path).toString('utf8')
  }

  private confirmFile(path: string): string {
    const real = within(`evalsymlink failure on '${path}' `, () => realPath(path))
    if (isFolder(real)) throw new BuildError(`'${path}' must resolve to a file`)
    if (!isWithin(dirname(real), this.root)) throw new BuildError(`security; file '${path}' is not in or below '${this.root}'`)
    return real
  }
}

const offline = (path: string): BuildError => new BuildError(`unable to read ${path}: kubottle works offline; download it and refer to the copy`)

/** The folder or one above it. */
const isWithin = (path: string, folder: string): boolean => folder === '/' || path === folder || path.startsWith(`${folder}/`)
const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

function confirmFolder(path: string, shown: string, cwd: string): string {
  return within('must build at directory', () => {
    if (path === '') throw new BuildError('directory path cannot be empty')
    const real = within('not a valid directory', () => within(`evalsymlink failure on '${shown}' `, () => realPath(resolve(cwd, path))))
    if (!isFolder(real)) throw new BuildError(`'${shown}': file is not directory`)
    return real
  })
}

function read(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new BuildError(code === 'EISDIR' ? `read ${path}: is a directory` : `open ${path}: ${reason(code)}`)
  }
}

const REASONS: Readonly<Record<string, string>> = { ENOENT: 'no such file or directory', EACCES: 'permission denied', ENOTDIR: 'not a directory', ELOOP: 'too many levels of symbolic links' }
const reason = (code: string | undefined): string => REASONS[code ?? ''] ?? (code ?? 'unknown error')

const MAX_LINKS = 255

/** All links followed; the first part that fails is told. upstream: filepath.EvalSymlinks */
function realPath(path: string): string {
  let done = '/'
  let parts = path.split('/').filter(p => p !== '')
  for (let links = 0; parts.length > 0; ) {
    const [part = '', ...rest] = parts
    parts = rest
    if (part === '.' || part === '..') {
      if (part === '..') done = dirname(done)
      continue
    }
    const next = join(done, part)
    let isLink: boolean
    try {
      const stat = lstatSync(next)
      isLink = stat.isSymbolicLink()
      if (!isLink && !stat.isDirectory() && parts.length > 0) throw Object.assign(new Error(), { code: 'ENOTDIR' })
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      throw new BuildError(code === 'ENOTDIR' ? 'not a directory' : `lstat ${next}: ${reason(code)}`)
    }
    if (!isLink) {
      done = next
      continue
    }
    if (++links > MAX_LINKS) throw new BuildError('EvalSymlinks: too many links')
    const target = readlinkSync(next)
    if (isAbsolute(target)) done = '/'
    parts = [...target.split('/').filter(p => p !== ''), ...parts]
  }
  return done
}

