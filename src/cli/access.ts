/** What the CLI needs of the world outside it, injected by bin/: clusters, and other programs. */
import type { Clock } from '../base/clock'
import type { Client, Connection, ConnectOptions } from '../client/client'
import type { ClockMode, ClusterSummary } from '../client/cluster-summary'
import type { WhyReport, WhyTarget } from '../client/why-report'
import type { RequestLog } from '../client/request-log'
import type { ShellHost } from './own/shell/host'
import type { Credentials, ServerAddress } from '../client/server-address'

/** A program that gives credentials for a server. upstream: clientcmd ExecConfig */
export interface ExecPlugin {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly apiVersion: string
  readonly interactiveMode: string
  readonly provideClusterInfo: boolean
  readonly installHint: string
}

/** Who asks: the user entry of a kubeconfig, and what `--as` says. */
export interface Identity extends Credentials {
  /** Asked when nothing else says who it is. */
  readonly exec?: ExecPlugin | undefined
  /** Older than plugins: credentials by a library of the client's. */
  readonly provider?: { readonly name: string; readonly config: Readonly<Record<string, string>> } | undefined
  /** Name and groups that kubottle's own kubeconfig states for a cluster in a file. */
  readonly user: string | undefined
  readonly groups: readonly string[]
}

/** A cluster in a file; a missing one is made with the defaults, unless the file was named by a person. */
export interface FileTarget {
  readonly kind: 'file'
  readonly path: string
  readonly create: boolean
  readonly identity: Identity
}

/** A server that a kubeconfig, given by the user, names. */
export interface ServerTarget extends ServerAddress {
  readonly kind: 'server'
  readonly proxyUrl: string | undefined
  readonly disableCompression: boolean
  readonly identity: Identity
}

export type Target = FileTarget | ServerTarget

export interface OpenOptions {
  /** Receives each `Warning:` of the server, as often as it is sent. */
  readonly warn: (text: string) => void
  readonly interrupt: AbortSignal
  /** Objects are wanted with their managedFields; a server sends them anyway. */
  readonly managedFields?: boolean | undefined
  /** A server is asked for metrics as protocol buffers first. */
  readonly metricsAsProtobuf?: boolean | undefined
  /** Told of every request to a server. */
  readonly log?: RequestLog | undefined
}

/** An opened cluster. */
export interface Session {
  readonly client: Client
  /** The cluster's time. */
  readonly clock: Clock
  /**
   * The aggregated discovery documents of /api and /apis as objects, where no bytes lie between (embedded);
   * undefined over HTTP: then they are requested.
   */
  readonly discovery: (() => readonly object[]) | undefined
  /** Lets the cluster work until it is calm; over HTTP there is nothing to do. */
  settle(): Promise<void>
  /** Lets other processes work on the cluster, for commands that last; undefined where nobody is kept from it. */
  readonly release?: () => void
  /** Lets time pass until the condition holds (true) or `timeoutMs` have passed (false): cluster time in a file, wall time over HTTP. */
  waitUntil(condition: () => Promise<boolean>, timeoutMs: number): Promise<boolean>
  /**
   * A signal that is given after so many ms of the wall's time (Infinity: never). It is there where time passes by itself, over
   * HTTP: objects are watched then, instead of being looked at while time jumps.
   */
  readonly timer?: (ms: number) => AbortSignal
  /** A watch would last as long as the wall's time, although time jumps: objects are looked at. Where another process serves the file. */
  readonly looksOnly?: true
  /** What only a cluster in a file has; undefined over HTTP. */
  readonly own: OwnControl | undefined
  /** What went wrong below the apiserver (a full disk, a damaged file) in words for a person; anything else as it is. */
  readonly explain?: (error: unknown) => unknown
  close(): Promise<void>
}

/** The cluster file itself: its summary, its clock, its content. */
export interface OwnControl {
  summary(): Promise<ClusterSummary>
  /** Lives through the time up to then; a time in the past is refused with UsageError. */
  advanceTo(ms: number): Promise<void>
  setClockMode(mode: ClockMode): Promise<void>
  /** What is in the way of an object. Throws 404, and UsageError for a kind of which nothing can be told. */
  why(target: WhyTarget): Promise<WhyReport>
  /** Runs a command (`query.command`) on the machine beside the cluster. Throws UsageError where nothing runs programs. */
  outside(options: ConnectOptions): Promise<Connection>
  /** Every object in order of its key, whole. */
  objects(): AsyncIterable<object>
  /** Makes the file anew with the configuration and the nodes that it was made with. */
  reset(): Promise<void>
}

export interface ProgramOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}

/** What a kubeconfig calls the parts of a new cluster. */
export interface ClusterNames {
  readonly cluster: string
  readonly context: string
  readonly user: string
  readonly groups: readonly string[]
}

export interface Address {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
}

/** What a kubeconfig says of a cluster that is served. */
export interface ServedCluster {
  readonly cluster: string
  readonly context: string
  readonly user: string
  readonly url: string
  /** PEM; none where everybody who reaches the address is let in. */
  readonly credentials?: { readonly authority: string; readonly certificate: string; readonly key: string; readonly serverCertificate: string; readonly serverKey: string }
}

/** What `kubottle serve` serves. */
export interface ServeOptions {
  /** The cluster file, made when it is not there; undefined for a cluster in memory that ends with the command. */
  readonly file: string | undefined
  /** Whether controllers, scheduler and kubelets work; without them a new cluster has no nodes either. */
  readonly controllers: boolean
  /** Where to listen without TLS; who asks there is the cluster's own user. */
  readonly http: Address | undefined
  /** Where to listen over TLS; who asks there shows a certificate or a token. */
  readonly https: Address | undefined
  /** What a new cluster is like; undefined for the defaults. */
  readonly profile: unknown
  /** How time passes while it is served; undefined: as by default. */
  readonly clock: 'settle' | 'realtime'
  /** A new cluster's time begins so long before the wall's; undefined: it is the wall's. */
  readonly startAgoMs: number | undefined
  /** Path of a file with tokens, as it was given. */
  readonly tokenFile: string | undefined
  /** Whether requests without credentials are those of system:anonymous. */
  readonly anonymous: boolean
  readonly admission: { readonly enable: readonly string[]; readonly disable: readonly string[] }
  /** Requests that may be under way at once; 0 for no limit. */
  readonly limits: { readonly reading: number; readonly mutating: number }
  /** A request that does not last is answered within so many ms. */
  readonly timeoutMs: number
  /** So long requests are still taken after it says that it is not ready, in ms. */
  readonly shutdownDelayMs: number
  /** Path of a file for a line about each request; `-` for standard error. */
  readonly requestLog: string | undefined
  /** Path of a file for audit events; `-` for standard output. */
  readonly auditLog: string | undefined
  /** Path of the audit policy, as it was given. */
  readonly auditPolicy: string | undefined
  readonly interrupt: AbortSignal
  /** Called once requests are answered. */
  listening(urls: readonly string[], served: ServedCluster): void
  /** Told of what failed through no fault of a client's. */
  failed(error: unknown): void
}

/** Names in a cluster file for whoever may see everything; undefined where the cluster itself has to be asked. */
export interface Glance {
  /** The cluster's time when the wall's is `wallMs`, without taking a reading. */
  nowMs(wallMs: number): number | undefined
  types(): readonly { readonly group: string; readonly plural: string }[] | undefined
  names(type: string, namespace: string): readonly string[] | undefined
}

export interface Access {
  /** A look that opens no cluster. */
  glance?(target: FileTarget): Glance | undefined
  open(target: Target, options: OpenOptions): Promise<Session>
  /** Makes a cluster file as the profile says (undefined: the defaults). Throws UsageError when the file exists and `replace` is false. */
  create(path: string, profile: unknown, options: { readonly replace: boolean }): Promise<ClusterNames>
  /** Answers HTTP requests until interrupted. Throws UsageError when the address cannot be listened on. */
  serve(options: ServeOptions): Promise<void>
  /** The folder that holds the programs kubectl and kubottle. */
  readonly programs: string
  /** Runs a program (a plugin, an editor, diff) on this terminal and answers its exit code. */
  runProgram(command: readonly string[], options: ProgramOptions): Promise<number>
  /** What a program prints, and its exit code. */
  readProgram?(command: readonly string[], options: ProgramOptions): Promise<{ readonly code: number; readonly stdout: string }>
  /** What an interactive shell needs; undefined where there is neither a terminal nor a shell. */
  readonly shellHost?: ShellHost
  /** Begins to measure this process (nothing where it is missing); what it answers ends that and answers the profile as text. */
  profile?(kind: ProfileKind): Promise<() => Promise<string>>
}

/** `cpu` and `heap` as Chrome's tools read them, `trace` as its tracing does; the others have no like in one thread of JavaScript and answer a report of the process. */
export const PROFILE_KINDS = ['cpu', 'heap', 'goroutine', 'threadcreate', 'block', 'mutex', 'trace'] as const
export type ProfileKind = (typeof PROFILE_KINDS)[number]
