/** `kubottle serve`: answers API requests over HTTP or HTTPS until Ctrl-C. */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DurationError, parseDuration } from '../../base/duration'
import { UsageError } from '../../base/errors'
import type { Access, Address, ServedCluster, ServeOptions } from '../access'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { fileOfServer, writeKubeconfig, writePrivate } from '../kubeconfig/files'
import type { Kubeconfig } from '../kubeconfig/model'
import { readProfile } from './init'

export interface Options {
  readonly serving: ServeOptions
  readonly serve: Access['serve']
}

/** Where it listens when nobody says where. */
const DEFAULT_ADDRESS: Address = { host: '127.0.0.1', port: 6443 }

/** Throws UsageError for an address that is none, for a flag's value that is none, and for a context that names a server. */
export function toOptions(invocation: Invocation<'kubottle serve'>, factory: Factory): Options {
  const { args, flags } = invocation
  const { io, access } = factory
  if (args.length > 0) throw invocation.usageError(`serve takes no arguments, got ${args.length}`)
  const http = flags.http === '' ? undefined : addressOf(flags.http, 'http')
  const https = flags.https !== '' ? addressOf(flags.https, 'https') : http === undefined ? DEFAULT_ADDRESS : undefined
  const pathOf = (given: string): string | undefined => (given === '' ? undefined : resolve(io.cwd, given))
  const file = pathOf(flags.file) ?? (flags.controllers ? currentFile(factory) : undefined)
  const unasked = flags.http === '' && flags['write-kubeconfig'] === '' && file !== undefined
  const kubeconfig = unasked ? `${(file as string).replace(/\.db$/, '')}.kubeconfig` : pathOf(flags['write-kubeconfig'])
  const certificates = pathOf(flags['cert-dir'])
  const verbose = (io.env['KUBOTTLE_DEBUG'] ?? '') !== ''
  const serving: ServeOptions = {
    file,
    controllers: flags.controllers,
    http,
    https,
    profile: flags.config === '' ? undefined : readProfile(pathOf(flags.config) as string, flags.config),
    clock: clockOf(flags.clock),
    startAgoMs: flags['start-ago'] === '' ? undefined : durationOf('start-ago', flags['start-ago']),
    tokenFile: pathOf(flags['token-auth-file']),
    anonymous: flags['anonymous-auth'],
    admission: { enable: flags['enable-admission-plugins'], disable: flags['disable-admission-plugins'] },
    limits: { reading: limitOf(flags, 'max-requests-inflight'), mutating: limitOf(flags, 'max-mutating-requests-inflight') },
    timeoutMs: durationOf('request-timeout', flags['request-timeout']),
    shutdownDelayMs: durationOf('shutdown-delay-duration', flags['shutdown-delay-duration']),
    requestLog: flags['request-log'] === '-' ? '-' : pathOf(flags['request-log']),
    auditLog: flags['audit-log-path'] === '-' ? '-' : pathOf(flags['audit-log-path']),
    auditPolicy: pathOf(flags['audit-policy-file']),
    interrupt: io.interrupt,
    listening(urls, served) {
      if (certificates !== undefined) writeCertificates(certificates, served)
      if (kubeconfig !== undefined) writeKubeconfig(kubeconfig, servedKubeconfig(served))
      io.stdout(`Serving ${file ?? 'a cluster in memory'} at ${urls.join(' and ')}\n`)
      if (unasked) io.stdout(`KUBECONFIG=${kubeconfig as string} lets a client in\n`)
    },
    failed: error => io.stderr(`kubottle: ${error instanceof Error ? ((verbose ? error.stack : undefined) ?? error.message) : String(error)}\n`),
  }
  return { serving, serve: access.serve.bind(access) }
}

function clockOf(text: string): ServeOptions['clock'] {
  if (text !== 'settle' && text !== 'realtime') throw new UsageError(`--clock must be settle or realtime, not ${JSON.stringify(text)}`)
  return text
}

function limitOf(flags: { readonly 'max-requests-inflight': number; readonly 'max-mutating-requests-inflight': number }, name: keyof typeof flags): number {
  if (flags[name] < 0) throw new UsageError(`--${name} can not be negative value`)
  return flags[name]
}

/** In ms. Throws UsageError for what is none, or negative. */
function durationOf(name: string, text: string): number {
  try {
    const ms = parseDuration(text)
    if (ms >= 0) return ms
  } catch (e) {
    if (e instanceof DurationError) throw new UsageError(`--${name}: ${e.message}`)
    throw e
  }
  throw new UsageError(`--${name} must not be negative, got ${text}`)
}

/** Keys are for their owner alone. */
function writeCertificates(folder: string, { credentials }: ServedCluster): void {
  if (credentials === undefined) throw new UsageError('--cert-dir: there are no certificates without --https')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const files = { 'ca.crt': credentials.authority, 'apiserver.crt': credentials.serverCertificate, 'apiserver.key': credentials.serverKey, 'admin.crt': credentials.certificate, 'admin.key': credentials.key }
  for (const [name, text] of Object.entries(files)) writePrivate(join(folder, name), text)
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
