/** What a command's options are made from: client, namespace, mapper, streams; everything opened when first asked for. upstream: kubectl/pkg/cmd/util Factory */
import type { Clock } from '../base/clock'
import type { Client } from '../client/client'
import type { RequestLog } from '../client/request-log'
import type { Access, Glance, OpenOptions, Session } from './access'
import { checkedClient } from './checked-client'
import { COMPLETE } from './completion/line'
import { cacheFolder, discoveryCache } from './discovery/cache'
import type { Invocation } from './invocation'
import type { IOStreams } from './io-streams'
import { openKubeconfig, serverOfFile } from './kubeconfig/files'
import { entriesOf, resolveNamespace, resolveTarget, type Entries, type Resolved } from './kubeconfig/resolve'
import type { RestMapper } from './rest-mapper'
import { createRestMapper, readDiscovery } from './rest-mapper'
import type { ResourceBuilder } from './resource-builder/builder'
import { createResourceBuilder } from './resource-builder/builder'
import { requireSameVersion } from './version/same-version'
import { createVerbosity } from './verbose/levels'
import { loggedClient } from './verbose/logged-client'
import { createRequestLog } from './verbose/request-log'
import { createWarnings } from './warnings'

export interface Factory {
  readonly io: IOStreams
  /** Wall time; the cluster's own is `(await session()).clock`. */
  readonly clock: Clock
  readonly access: Access
  /** The opened cluster. Throws ConfigurationError, ConnectionError, UsageError. */
  session(): Promise<Session>
  client(): Promise<Client>
  mapper(): Promise<RestMapper>
  /** Where a command works that was not told otherwise, and whether it was told. */
  namespace(): { readonly name: string; readonly explicit: boolean }
  /** The server as a kubeconfig writes it: `https://…`, or `kubottle://` and a file. Throws ConfigurationError, UsageError. */
  server(): string
  /** Throws what is wrong with the kubeconfig: ConfigurationError, UsageError. upstream: ToRESTConfig */
  checkConfig(): void
  /** A look into the cluster's file that does not open it, where that is possible. */
  glance(): Glance | undefined
  /** Objects named by arguments, files and selectors. */
  builder(): ResourceBuilder
  /** `Warning: …` on stderr, once each. */
  warn(text: string): void
  readonly warningCount: number
}

/** A factory, and what main needs of it afterwards. */
export interface FactoryHandle {
  readonly factory: Factory
  /** The session if one was opened. */
  opened(): Promise<Session> | undefined
  /** The same, if it is open by now. */
  ready(): Session | undefined
}

/** Says which files the configuration is from, as upstream does while it loads them. */
function requestLogOf(flags: Invocation['flags'], io: IOStreams, clock: Clock): RequestLog | undefined {
  const verbosity = createVerbosity(flags, io, clock)
  for (const path of openKubeconfig(io, flags.kubeconfig).loaded()) verbosity.info('loader.go:407', 6, `Config loaded from file:  ${path}`)
  return createRequestLog(verbosity, clock)
}

/** What some commands have flags for. */
const wishes = (flags: Readonly<Record<string, unknown>>): Pick<OpenOptions, 'managedFields' | 'metricsAsProtobuf'> => ({ managedFields: flags['show-managed-fields'] === true || flags['save-config'] === true, metricsAsProtobuf: flags['use-protocol-buffers'] as boolean | undefined })

export function createFactory(invocation: Invocation, io: IOStreams, clock: Clock, access: Access): FactoryHandle {
  const warnings = createWarnings(io)
  let session: Promise<Session> | undefined
  let ready: Session | undefined
  let mapper: Promise<RestMapper> | undefined
  let read: Entries | undefined
  let known: Resolved | undefined
  let place: ReturnType<Factory['namespace']> | undefined
  /** The kubeconfig is read once. */
  const entries = (): Entries | undefined => (read ??= entriesOf(io, invocation.flags))
  const resolved = (): Resolved => (known ??= resolveTarget(io, invocation.flags, entries()))
  /** From the files of an earlier command where old news will do: a completion, `--cached`. */
  const served = async (client: Client): Promise<readonly object[]> => {
    const { flags, changed, path } = invocation
    const folder = cacheFolder(changed.has('cache-dir') ? flags['cache-dir'] : undefined, io)
    const cache = folder === undefined ? undefined : discoveryCache(folder, factory.server(), clock)
    const old = (flags as { cached?: boolean }).cached === true || path.startsWith(COMPLETE) ? cache?.read() : undefined
    if (old !== undefined) return old
    const documents = await readDiscovery(client)
    cache?.write(documents, path === 'api-resources')
    return documents
  }
  const told = new Set<string>()
  /** A warning of kubectl's own, which counts for no --warnings-as-errors. */
  const tellOnce = (text: string): void => {
    if (!told.has(text)) io.stderr(`Warning: ${text}\n`)
    told.add(text)
  }
  const factory: Factory = {
    io, clock, access,
    session() {
      // A failing resolveTarget must reject, not throw, as opening does.
      session ??= (async () => {
        const { target } = resolved()
        const log = invocation.flags.v > 0 || invocation.flags.vmodule !== '' ? requestLogOf(invocation.flags, io, clock) : undefined
        const opened = await access.open(target, { log, warn: text => warnings.warn(text), interrupt: io.interrupt, ...wishes(invocation.flags as Readonly<Record<string, unknown>>) })
        ready = { ...opened, client: checkedClient(log === undefined || target.kind === 'server' ? opened.client : loggedClient(opened.client, serverOfFile(target.path), log)) }
        if (invocation.flags['match-server-version']) await requireSameVersion(ready.client)
        return ready
      })()
      return session
    },
    client: async () => (await factory.session()).client,
    mapper() {
      mapper ??= factory.session().then(async ({ client, discovery }) => createRestMapper(discovery === undefined ? await served(client) : discovery(), tellOnce))
      return mapper
    },
    namespace: () => (place ??= resolveNamespace(io, invocation.flags, invocation.flags.namespace === '' ? entries() : undefined)),
    server() {
      const { target } = resolved()
      return target.kind === 'file' ? serverOfFile(target.path) : target.url
    },
    checkConfig: () => void resolved(),
    glance() {
      if (session !== undefined || invocation.flags.v > 0) return undefined
      const { target } = resolved()
      return target.kind === 'file' ? access.glance?.(target) : undefined
    },
    builder: () => createResourceBuilder(factory),
    warn: text => warnings.warn(text),
    get warningCount() {
      return warnings.count()
    },
  }
  return { factory, opened: () => session, ready: () => ready }
}
