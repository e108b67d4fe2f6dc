/** Keys and values of ConfigMaps and Secrets out of literals, files, folders and env files. upstream: kubectl/pkg/util/util.go, pkg/cmd/util/env_file.go */
import { lstatSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import { byCodePoint } from '../../base/go-text'
import { isEnvVarName } from '../../base/validation'
import type { IOStreams } from '../io-streams'

export interface Sources {
  readonly literals: readonly string[]
  readonly files: readonly string[]
  readonly envFiles: readonly string[]
}

/** Receives one value; throws UsageError for a key that is wrong or taken. */
export type Add = (key: string, value: Uint8Array) => void

/** `a=b`. Throws UsageError. */
export function addLiterals(literals: readonly string[], add: Add): void {
  for (const source of literals) {
    const equals = source.indexOf('=')
    if (equals < 1) throw new UsageError(`invalid literal source ${source}, expected key=value`)
    add(source.slice(0, equals), Buffer.from(source.slice(equals + 1)))
  }
}

/** `path`, `key=path`, or a folder, whose plain files are taken. Throws UsageError. */
export function addFiles(sources: readonly string[], io: IOStreams, add: Add): void {
  for (const source of sources) {
    const { key, path } = fileSource(source)
    const real = resolve(io.cwd, path)
    if (!isFolder(path, real)) {
      add(key, read(path, real))
      continue
    }
    if (source.includes('=')) throw new UsageError('cannot give a key name for a directory path')
    for (const name of readdirSync(real).sort(byCodePoint)) {
      if (lstatSync(join(real, name)).isFile()) add(name, read(join(path, name), join(real, name)))
    }
  }
}

/** `path` as kubectl names it in errors. */
function isFolder(path: string, real: string): boolean {
  const stat = statSync(real, { throwIfNoEntry: false })
  if (stat === undefined) throw new UsageError(`error reading ${path}: no such file or directory`)
  return stat.isDirectory()
}

function read(path: string, real: string): Uint8Array {
  try {
    return readFileSync(real)
  } catch {
    throw new UsageError(`open ${path}: permission denied`)
  }
}

function fileSource(source: string): { key: string; path: string } {
  const count = source.split('=').length - 1
  if (count === 0) return { key: basename(source), path: source }
  if (count > 1) throw new UsageError("key names or file paths cannot contain '='")
  const [key = '', path = ''] = source.split('=')
  if (key === '') throw new UsageError(`key name for file path ${path} missing`)
  if (path === '') throw new UsageError(`file path for key name ${key} missing`)
  return { key, path }
}

/** Lines `KEY=value`, or `KEY` alone, whose value is that of the environment. `what` names the file in an error: `env config file`. Throws UsageError. */
export function addEnvFiles(paths: readonly string[], what: string, io: IOStreams, add: Add): void {
  for (const path of paths) {
    const real = resolve(io.cwd, path)
    if (isFolder(path, real)) throw new UsageError(`${what} cannot be a directory`)
    const lines = Buffer.from(read(path, real)).toString('utf8').replace(/^\ufeff/, '').split('\n')
    for (const line of lines) {
      const text = line.replace(/\r$/, '').replace(/^\s+/, '')
      if (text === '' || text.startsWith('#')) continue
      const equals = text.indexOf('=')
      const key = equals < 0 ? text : text.slice(0, equals)
      const problems = isEnvVarName(key)
      if (problems.length > 0) throw new UsageError(`${goQuote(key)} is not a valid key name: ${problems.join(';')}`)
      add(key, Buffer.from(equals < 0 ? (io.env[key] ?? '') : text.slice(equals + 1)))
    }
  }
}

const HASH_LETTERS: Readonly<Record<string, string>> = { 0: 'g', 1: 'h', 3: 'k', a: 'm', e: 't' }

/** Ten characters that stand for the content, for --append-hash. `json` has its keys sorted. upstream: kubectl/pkg/util/hash */
export function contentHash(json: string): string {
  const { createHash } = process.getBuiltinModule('node:crypto')
  const hex = createHash('sha256').update(json).digest('hex').slice(0, 10)
  return [...hex].map(c => HASH_LETTERS[c] ?? c).join('')
}
