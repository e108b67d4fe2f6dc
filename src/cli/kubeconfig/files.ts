/** Which kubeconfig files count, how they are read, merged and written. `~/.kube/config` is never looked at: real clusters are touched only when told to. upstream: client-go/tools/clientcmd/loader.go, config.go */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute, join, relative as relativePath, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { UsageError } from '../../base/errors'
import { readYaml } from '../../base/yaml/reader'
import { YamlError } from '../../base/yaml/scanner'
import type { ClusterNames } from '../access'
import type { IOStreams } from '../io-streams'
import { yamlText } from '../../base/yaml/writer'
import type { Kubeconfig } from './model'
import { SECTIONS, copyKubeconfig, decodeKubeconfig, emptyKubeconfig, encodeKubeconfig } from './model'

export const DEFAULT_CONTEXT = 'kubernetes-admin@kubernetes'
/** Extension of a user entry that says who a person is to a cluster in a file. */
export const IDENTITY_EXTENSION = 'kubottle.dev/identity'

/** `$HOME/.kubottle`. */
export const stateFolder = (io: IOStreams): string => join(io.env['HOME'] || '/', '.kubottle')
/** `kubottle:///home/me/.kubottle/default.db` */
export const serverOfFile = (path: string): string => `kubottle://${path}`
/** The path of a cluster file, undefined for any other server. */
export const fileOfServer = (server: string): string | undefined => (server.startsWith('kubottle://') ? server.slice('kubottle://'.length) : undefined)

/** The kubeconfig that counts while no other names a context: one cluster, in a file of kubottle's folder. */
export function defaultKubeconfig(file: string, names: ClusterNames = { context: DEFAULT_CONTEXT, cluster: 'kubernetes', user: 'kubernetes-admin', groups: ['system:masters'] }): Kubeconfig {
  return {
    clusters: new Map([[names.cluster, { server: serverOfFile(file) }]]),
    users: new Map([[names.user, { extensions: [{ name: IDENTITY_EXTENSION, extension: { user: names.user, groups: names.groups } }] }]]),
    contexts: new Map([[names.context, { cluster: names.cluster, user: names.user }]]),
    currentContext: names.context,
    extensions: undefined,
  }
}

export interface KubeconfigAccess {
  /** `--kubeconfig` was given. */
  readonly explicit: boolean
  /** A file that the user named is in use: its servers may be real ones. */
  readonly named: boolean
  /** At least one of the files is there; without any, `starting()` is made up. */
  readonly exists: boolean
  /** Paths of the files that are there. */
  loaded(): readonly string[]
  /** Everything that counts, merged; a copy to change. */
  starting(): Kubeconfig
  /** The folder of the file that an entry of `starting()` came from; undefined where it came from none. */
  folderOf(entry: object): string | undefined
  /** Where new entries go, as the user wrote it. */
  readonly defaultFile: string
  /** Writes what differs from `starting()`, each entry to the file it came from; `relative`: paths below that file's folder count from there. */
  write(next: Kubeconfig, relative?: boolean): void
}

/** `kubeconfig` is the value of --kubeconfig, empty when absent. Throws UsageError for files that cannot be read or understood; `missing` is what becomes of a --kubeconfig that is not there. */
export function openKubeconfig(io: IOStreams, kubeconfig: string, missing: 'fails' | 'is empty' = 'fails'): KubeconfigAccess {
  const explicit = kubeconfig !== ''
  const fromEnv = explicit ? [] : [...new Set((io.env['KUBECONFIG'] ?? '').split(':').filter(p => p !== ''))]
  const own = join(stateFolder(io), 'config')
  const files = explicit ? [kubeconfig] : fromEnv.length > 0 ? fromEnv : [own]
  const absolute = (file: string): string => (isAbsolute(file) ? file : resolve(io.cwd, file))
  const defaultFile = files.length === 1 ? (files[0] as string) : (files.find(f => existsSync(absolute(f))) ?? (files.at(-1) as string))

  let loaded: { merged: Kubeconfig; origins: Map<object, string>; builtIn: boolean } | undefined
  const load = () => {
    if (explicit && missing === 'is empty' && !existsSync(absolute(kubeconfig))) return { merged: emptyKubeconfig(), origins: new Map<object, string>(), builtIn: false }
    if (explicit && !existsSync(absolute(kubeconfig))) throw new UsageError(`stat ${kubeconfig}: no such file or directory`)
    const merged = emptyKubeconfig()
    const origins = new Map<object, string>()
    let found = 0
    for (const file of files) {
      const config = readKubeconfig(absolute(file), file)
      if (config === undefined) continue
      found++
      for (const section of SECTIONS) {
        for (const [name, entry] of config[section]) {
          const map = merged[section] as Map<string, object>
          if (map.has(name)) continue
          map.set(name, entry)
          origins.set(entry, file)
        }
      }
      if (merged.currentContext === '') merged.currentContext = config.currentContext
      merged.extensions ??= config.extensions
    }
    if (found > 0) return { merged, origins, builtIn: false }
    // A KUBECONFIG that does not exist yet: what `kubottle` made on its own counts meanwhile.
    const fallback = fromEnv.length > 0 ? readKubeconfig(own, own) : undefined
    return { merged: fallback ?? defaultKubeconfig(join(stateFolder(io), 'default.db')), origins, builtIn: true }
  }
  return {
    explicit,
    named: explicit || fromEnv.length > 0,
    defaultFile,
    get exists() {
      return files.some(file => existsSync(absolute(file)))
    },
    folderOf(entry) {
      const file = loaded?.origins.get(entry)
      return file === undefined ? undefined : dirname(absolute(file))
    },
    loaded: () => files.map(absolute).filter(file => existsSync(file)),
    starting() {
      loaded ??= load()
      return copyKubeconfig(loaded.merged)
    },
    write(next, relative = false) {
      loaded ??= load()
      const { merged, origins, builtIn } = loaded
      if (builtIn) writeKubeconfig(absolute(defaultFile), next)
      else writeDifferences(merged, next, entry => absolute((entry === undefined ? undefined : origins.get(entry)) ?? defaultFile), absolute(defaultFile), relative)
      loaded = undefined
    },
  }
}

function writeDifferences(before: Kubeconfig, next: Kubeconfig, fileOf: (entry: object | undefined) => string, defaultFile: string, relative: boolean): void {
  const changed = new Map<string, Kubeconfig>()
  const edit = (file: string): Kubeconfig => {
    let config = changed.get(file)
    if (config === undefined) {
      config = readKubeconfig(file, file) ?? emptyKubeconfig()
      changed.set(file, config)
    }
    return config
  }
  if (before.currentContext !== next.currentContext) edit(defaultFile).currentContext = next.currentContext
  for (const section of SECTIONS) {
    const [old, wanted] = [before[section] as Map<string, object>, next[section] as Map<string, object>]
    for (const [name, entry] of wanted) {
      const previous = old.get(name)
      if (isDeepStrictEqual(previous, entry)) continue
      const file = fileOf(previous)
      ;(edit(file)[section] as Map<string, object>).set(name, relative ? withRelativePaths(entry, dirname(file)) : entry)
    }
    for (const [name, entry] of old) if (!wanted.has(name)) edit(fileOf(entry))[section].delete(name)
  }
  for (const [file, config] of changed) writeKubeconfig(file, config)
}

const PATHS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile']

/** Paths that need no step back are written from the folder. upstream: clientcmd RelativizePathWithNoBacksteps */
function withRelativePaths(entry: object, folder: string): object {
  const fields = Object.entries(entry).map(([key, value]): [string, unknown] => {
    if (!PATHS.includes(key) || typeof value !== 'string' || value === '') return [key, value]
    const from = relativePath(folder, resolve(folder, value))
    return [key, from.startsWith('../') || from === '..' ? value : from]
  })
  return Object.fromEntries(fields)
}

/** undefined when there is no such file; `shown` is its name in errors. */
function readKubeconfig(path: string, shown: string): Kubeconfig | undefined {
  if (!existsSync(path)) return undefined
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined
    throw new UsageError(`error loading config file "${shown}": ${(error as { code?: string }).code === 'EISDIR' ? `read ${shown}: is a directory` : `open ${shown}: permission denied`}`)
  }
  try {
    return decodeKubeconfig(readYaml(text))
  } catch (error) {
    throw new UsageError(`error loading config file "${shown}": ${error instanceof YamlError ? `error converting YAML to JSON: ${error.message}` : (error as Error).message}`)
  }
}

/** Whole or not at all: a crash leaves the old file. */
export function writeKubeconfig(path: string, config: Kubeconfig): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writePrivate(path, yamlText(encodeKubeconfig(config)))
}

/** A file that its owner alone may read. */
export function writePrivate(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, text, { mode: 0o600 })
  renameSync(temporary, path)
}
