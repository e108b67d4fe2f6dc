/** `kubectl cp`: files through `tar` in the container. upstream: kubectl/pkg/cmd/cp */
import { closeSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { posix, resolve } from 'node:path'
import { ConnectionError, ExitError, UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import type { Pod } from '../../kinds/schema/types/core.v1'
import { run as exec } from '../exec/exec'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import { resourceOf } from '../resource-of'
import { readTar, writeTar, type Entry } from './tar'

export interface FileSpec {
  /** Empty for a file of this machine. */
  readonly pod: string
  readonly namespace: string
  readonly path: string
}

export interface Options {
  readonly factory: Factory
  readonly source: FileSpec
  readonly target: FileSpec
  readonly container: string
  readonly noPreserve: boolean
  /** How often a copy that breaks off is gone on with; endlessly below 0. */
  readonly retries: number
}

/** Throws UsageError. */
export function toOptions({ args, flags }: Invocation<'cp'>, factory: Factory): Options {
  const [source, target] = [fileSpec(args[0] ?? '', factory), fileSpec(args[1] ?? '', factory)]
  if (source.pod !== '' && target.pod !== '') throw new UsageError('one of src or dest must be a local file specification')
  if (source.path === '' || target.path === '') throw new UsageError('filepath can not be empty')
  if (source.pod === '' && target.pod === '') throw new UsageError('one of src or dest must be a remote file specification')
  return { factory, source, target, container: flags.container, noPreserve: flags['no-preserve'], retries: flags.retries }
}

/** `[[namespace/]pod:]path` */
function fileSpec(argument: string, factory: Factory): FileSpec {
  const wrong = (): UsageError => new UsageError('filespec must match the canonical format: [[namespace/]pod:]file/path')
  const colon = argument.indexOf(':')
  const path = (text: string): string => (text.length > 1 && text.endsWith('/') ? text.slice(0, -1) : text)
  if (colon === 0) throw wrong()
  if (colon < 0) return { pod: '', namespace: '', path: path(argument) }
  const parts = argument.slice(0, colon).split('/')
  const file = path(argument.slice(colon + 1))
  if (parts.length === 1) return { pod: parts[0] as string, namespace: factory.namespace().name, path: file }
  if (parts.length === 2) return { pod: parts[1] as string, namespace: parts[0] as string, path: file }
  throw wrong()
}

/** Throws UsageError, StatusError, ExitError with tar's exit code. */
export async function run(options: Options): Promise<void> {
  return options.source.pod === '' ? copyToPod(options) : copyFromPod(options)
}

/** Runs a command in the container with the given streams. */
async function inContainer({ factory, container }: Options, { pod, namespace }: FileSpec, command: readonly string[], streams: Partial<IOStreams>, stdin: boolean): Promise<void> {
  const session = await factory.session()
  await exec({
    session, io: { ...factory.io, ...streams }, pod: await session.client.get(resourceOf<Pod>('v1', 'Pod'), pod, namespace),
    container, command, stdin, tty: false, quiet: false,
  })
}

// ── to a pod ──────────────────────────────────────────────────────────────────────────────────────

async function copyToPod(options: Options): Promise<void> {
  const { factory, source, target, noPreserve } = options
  const local = resolve(factory.io.cwd, source.path)
  if (lstatSync(local, { throwIfNoEntry: false }) === undefined) throw new UsageError(`${source.path} doesn't exist in local filesystem`)
  const path = (await isDirectory(options, target)) ? posix.join(target.path, posix.basename(posix.normalize(source.path.replaceAll('\\', '/')))) : target.path
  const archive = writeTar(entriesOf(local, posix.basename(posix.normalize(path))))
  const command = ['tar', ...(noPreserve ? ['--no-same-permissions', '--no-same-owner'] : []), '-xmf', '-', '-C', posix.dirname(path)]
  const stdin = { async *[Symbol.asyncIterator]() { yield archive } }
  await inContainer(options, target, command, { stdin }, true)
}

async function isDirectory(options: Options, target: FileSpec): Promise<boolean> {
  try {
    await inContainer(options, target, ['test', '-d', target.path], { stdout: () => {}, stderr: () => {} }, false)
    return true
  } catch (error) {
    // Whatever is wrong is told by the copy itself.
    if (error instanceof ExitError || error instanceof Error) return false
    throw error
  }
}

/** What is at the path, under its name in the container; folders only where they are empty. */
function entriesOf(path: string, name: string): Entry[] {
  const stat = lstatSync(path)
  const entry = (kind: Entry['kind'], data: Uint8Array, link = ''): Entry => ({ name, kind, mode: stat.mode & 0o777, data, link })
  if (stat.isDirectory()) {
    const files = readdirSync(path).sort()
    return files.length === 0 ? [entry('directory', new Uint8Array())] : files.flatMap(f => entriesOf(`${path}/${f}`, posix.join(name, f)))
  }
  return [stat.isSymbolicLink() ? entry('symlink', new Uint8Array(), readlinkSync(path)) : entry('file', readFileSync(path))]
}

// ── from a pod ────────────────────────────────────────────────────────────────────────────────────

/** With retries, the archive is read from where it broke off. upstream: TarPipe */
async function archiveOf(options: Options): Promise<Buffer> {
  const { factory: { io }, source, retries } = options
  const chunks: Uint8Array[] = []
  let length = 0
  const stdout = (chunk: string | Uint8Array): void => {
    chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
    length += chunk.length
  }
  for (let tries = 0; ; tries++) {
    const command = retries === 0 ? ['tar', 'cf', '-', source.path] : ['sh', '-c', `tar cf - ${source.path} | tail -c+${length === 0 ? 0 : length + 1}`]
    try {
      // What tar says of it goes to stdout, as upstream has it.
      await inContainer(options, source, command, { stdout, stderr: text => io.stdout(text) }, false)
      return Buffer.concat(chunks)
    } catch (error) {
      // What the command itself says is no interruption.
      if (!(error instanceof ConnectionError) || (retries >= 0 && tries >= retries)) throw error
      io.stderr(`Resuming copy at ${length} bytes, retry ${tries + 1}${retries < 0 ? '' : `/${retries}`}\n`)
    }
  }
}

async function copyFromPod(options: Options): Promise<void> {
  const { factory: { io }, source, target } = options
  const archive = await archiveOf(options)
  const prefix = withoutShortcuts(posix.normalize(source.path.replace(/^\/+/, '')))
  let warned = false
  for (const entry of readTar(archive)) {
    if (!entry.name.startsWith(prefix)) throw new UsageError('tar contents corrupted')
    const shown = posix.join(target.path, entry.name.slice(prefix.length))
    if (posix.relative(target.path, shown).startsWith('..')) {
      io.stderr(`warning: file ${goQuote(shown)} is outside target destination, skipping\n`)
      continue
    }
    if (entry.kind === 'symlink') {
      const hint = warned ? '' : ` (consider using "kubectl exec -n ${goQuote(source.namespace)} ${goQuote(source.pod)} -- tar cf - ${goQuote(source.path)} | tar xf -")`
      io.stderr(`warning: skipping symlink: ${goQuote(shown)} -> ${goQuote(entry.link)}${hint}\n`)
      warned = true
    } else extract(entry, shown, io)
  }
}

function extract({ kind, data }: Entry, shown: string, { cwd }: IOStreams): void {
  const path = resolve(cwd, shown)
  mkdirSync(kind === 'directory' ? path : posix.dirname(path), { recursive: true, mode: 0o755 })
  if (kind === 'directory') return
  try {
    closeSync(openSync(path, 'w'))
  } catch (error) {
    const words: Readonly<Record<string, string>> = { EISDIR: 'is a directory', EACCES: 'permission denied', EROFS: 'read-only file system' }
    throw new UsageError(`open ${shown}: ${words[(error as { code?: string }).code ?? ''] ?? (error as Error).message}`)
  }
  writeFileSync(path, data)
}

/** Nothing above the start. upstream: stripPathShortcuts */
function withoutShortcuts(path: string): string {
  const inside = path.replace(/^(\.\.\/)+/, '')
  return inside === '.' || inside === '..' ? '' : inside.replace(/^\/+/, '')
}
