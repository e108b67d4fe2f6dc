/** `kubottle serve`: answers API requests over plain HTTP until Ctrl-C. */
import { resolve } from 'node:path'
import { UsageError } from '../../base/errors'
import type { Access, ServeOptions } from '../access'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { fileOfServer } from '../kubeconfig/files'

export interface Options {
  readonly serving: ServeOptions
  readonly serve: Access['serve']
}

/** Throws UsageError for an address that is none, and for a context that names a server. */
export function toOptions(invocation: Invocation<'kubottle serve'>, factory: Factory): Options {
  const { args, flags } = invocation
  const { io, access } = factory
  if (args.length > 0) throw invocation.usageError(`serve takes no arguments, got ${args.length}`)
  const { host, port } = addressOf(flags.http)
  const file = flags.file !== '' ? resolve(io.cwd, flags.file) : flags.controllers ? currentFile(factory) : undefined
  const verbose = (io.env['KUBOTTLE_DEBUG'] ?? '') !== ''
  const serving: ServeOptions = {
    file,
    controllers: flags.controllers,
    host,
    port,
    interrupt: io.interrupt,
    listening: url => io.stdout(`Serving ${file ?? 'a cluster in memory'} at ${url}\n`),
    failed: error => io.stderr(`kubottle: ${error instanceof Error ? ((verbose ? error.stack : undefined) ?? error.message) : String(error)}\n`),
  }
  return { serving, serve: access.serve.bind(access) }
}

export async function run({ serving, serve }: Options): Promise<void> {
  await serve(serving)
}

/** `127.0.0.1:8001`, `:8001`, `[::1]:8001`. */
export function addressOf(text: string): { host: string; port: number } {
  if (text === '') throw new UsageError('required flag(s) "http" not set')
  const colon = text.lastIndexOf(':')
  const port = Number(text.slice(colon + 1))
  if (colon < 0 || text.length === colon + 1 || !Number.isInteger(port) || port < 0 || port > 65535) throw new UsageError(`--http must be HOST:PORT, not ${JSON.stringify(text)}`)
  const host = text.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
  return { host: host === '' ? '127.0.0.1' : host, port }
}

function currentFile(factory: Factory): string {
  const file = fileOfServer(factory.server())
  if (file === undefined) throw new UsageError('the current context names a server, not a cluster file')
  return file
}
