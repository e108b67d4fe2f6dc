/** `kubottle serve`: answers API requests over HTTP or HTTPS until Ctrl-C. */
import { resolve } from 'node:path'
import { UsageError } from '../../base/errors'
import type { Access, Address, ServedCluster, ServeOptions } from '../access'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { fileOfServer, writeKubeconfig } from '../kubeconfig/files'
import type { Kubeconfig } from '../kubeconfig/model'

export interface Options {
  readonly serving: ServeOptions
  readonly serve: Access['serve']
}

/** Throws UsageError for an address that is none, and for a context that names a server. */
export function toOptions(invocation: Invocation<'kubottle serve'>, factory: Factory): Options {
  const { args, flags } = invocation
  const { io, access } = factory
  if (args.length > 0) throw invocation.usageError(`serve takes no arguments, got ${args.length}`)
  if (flags.http === '' && flags.https === '') throw new UsageError('required flag(s) "http" or "https" not set')
  const http = flags.http === '' ? undefined : addressOf(flags.http, 'http')
  const https = flags.https === '' ? undefined : addressOf(flags.https, 'https')
  const kubeconfig = flags['write-kubeconfig'] === '' ? undefined : resolve(io.cwd, flags['write-kubeconfig'])
  const file = flags.file !== '' ? resolve(io.cwd, flags.file) : flags.controllers ? currentFile(factory) : undefined
  const verbose = (io.env['KUBOTTLE_DEBUG'] ?? '') !== ''
  const serving: ServeOptions = {
    file,
    controllers: flags.controllers,
    http,
    https,
    interrupt: io.interrupt,
    listening(urls, served) {
      if (kubeconfig !== undefined) writeKubeconfig(kubeconfig, servedKubeconfig(served))
      io.stdout(`Serving ${file ?? 'a cluster in memory'} at ${urls.join(' and ')}\n`)
    },
    failed: error => io.stderr(`kubottle: ${error instanceof Error ? ((verbose ? error.stack : undefined) ?? error.message) : String(error)}\n`),
  }
  return { serving, serve: access.serve.bind(access) }
}

export async function run({ serving, serve }: Options): Promise<void> {
  await serve(serving)
}

/** `127.0.0.1:8001`, `:8001`, `[::1]:8001`. */
export function addressOf(text: string, flag: string): Address {
  const colon = text.lastIndexOf(':')
  const port = Number(text.slice(colon + 1))
  if (colon < 0 || text.length === colon + 1 || !Number.isInteger(port) || port < 0 || port > 65535) throw new UsageError(`--${flag} must be HOST:PORT, not ${JSON.stringify(text)}`)
  const host = text.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
  return { host: host === '' ? '127.0.0.1' : host, port }
}

/** What any client gets in with. */
function servedKubeconfig({ cluster, context, user, url, credentials }: ServedCluster): Kubeconfig {
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  return {
    clusters: new Map([[cluster, { server: url, ...(credentials === undefined ? {} : { 'certificate-authority-data': base64(credentials.authority) }) }]]),
    users: new Map([[user, credentials === undefined ? {} : { 'client-certificate-data': base64(credentials.certificate), 'client-key-data': base64(credentials.key) }]]),
    contexts: new Map([[context, { cluster, user }]]),
    currentContext: context,
    extensions: undefined,
  }
}

function currentFile(factory: Factory): string {
  const file = fileOfServer(factory.server())
  if (file === undefined) throw new UsageError('the current context names a server, not a cluster file')
  return file
}
