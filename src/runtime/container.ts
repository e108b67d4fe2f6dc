/** What the kubelet asks of the container runtime. The kubelet decides when; the runtime decides what happens inside a container. */
import type { Clock } from '../base/clock'
import type { Draw } from '../base/draw'
import type { ImageCatalogue } from './images/catalogue'
import type { Network } from './network'
import type { Usage } from '../client/metrics'
import type { NodeFacts, NodeNotice, SignalName } from './program'
import type { NodeStorage } from './storage'

export interface Mount {
  /** Absolute path in the container. */
  readonly mountPath: string
  readonly volumeId: string
  /** A path within the volume, `''` or `/` for its root; it may name a file. */
  readonly subPath?: string
  readonly readOnly?: boolean
  /** What `mount` and `df` print as the file system: `ext4` (default), `tmpfs` for Secrets and memory-backed emptyDirs. */
  readonly fileSystem?: string
}

/** A container as resolved by the kubelet: no references to other objects are left. */
export interface ContainerSpec {
  /** 64 hexadecimal digits, without `containerd://`; unique among all runs of all containers. */
  readonly id: string
  readonly name: string
  readonly pod: { readonly namespace: string; readonly name: string; readonly uid: string }
  readonly image: string
  /** Replaces the image's entrypoint (and its arguments). `$(VAR)` is expanded already. */
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  /** In order; a later entry wins. The image's own variables, PATH, HOSTNAME and HOME are added by the runtime. */
  readonly env: readonly { readonly name: string; readonly value: string }[]
  readonly workingDir?: string
  readonly mounts: readonly Mount[]
  /** The volume that takes what the container writes outside its mounts: new and empty for every run. */
  readonly layerVolumeId: string
  readonly readOnlyRootFilesystem?: boolean
  readonly privileged?: boolean
  /** The capability NET_ADMIN. */
  readonly netAdmin?: boolean
  readonly hostname: string
  /** What `hostname -f` prints when the pod has a subdomain: `front.reading.default.svc.cluster.local`. */
  readonly fqdn?: string
  readonly podIP: string
  readonly hostNetwork?: boolean
  readonly hostAliases?: readonly { readonly ip: string; readonly hostnames: readonly string[] }[]
  readonly dns: { readonly nameservers: readonly string[]; readonly searches: readonly string[]; readonly options: readonly string[] }
  /** Numbers; the image's user when absent. */
  readonly user?: { readonly uid?: number; readonly gid?: number; readonly groups?: readonly number[] }
  readonly limits: { readonly memoryBytes?: number; readonly cpuMillis?: number }
  readonly requests?: { readonly memoryBytes?: number; readonly cpuMillis?: number }
  readonly tty?: boolean
  readonly stdin?: boolean
  readonly stdinOnce?: boolean
  readonly terminationMessagePath?: string
  readonly ports?: readonly { readonly port: number; readonly protocol: 'TCP' | 'UDP' | 'SCTP' }[]
  /** Containers with the same id see each other's processes (shareProcessNamespace, an ephemeral container's target, hostPID). */
  readonly processNamespaceId?: string
  readonly node: NodeFacts
}

export type ContainerStatus =
  | { readonly state: 'running' }
  /** 128 + n with `signal` n when a signal ended it. */
  | { readonly state: 'exited'; readonly exitCode: number; readonly signal?: number; readonly reason: 'Completed' | 'Error' | 'OOMKilled'; readonly finishedAtMs: number }

export type StartResult =
  /** `notices`: what its programs had to tell of their machine when they started. */
  | { readonly started: true; readonly notices: readonly NodeNotice[] }
  /** The words after `Error: ` in the event, and the container's status: reason StartError (exit code 128) or CreateContainerError. */
  | { readonly started: false; readonly reason: 'StartError' | 'CreateContainerError' | 'CreateContainerConfigError'; readonly exitCode: number; readonly message: string }

export interface StepReport {
  readonly status: ContainerStatus
  /** When it must be stepped again; undefined when only input, a signal or others can wake it. In the past: at once (it is busy). */
  readonly nextWakeMs: number | undefined
  /** Something that a person could see (besides log lines) has changed: files, listeners, processes. */
  readonly visible: boolean
}

export interface ExecOptions {
  /** Given at once, followed by the end of input. Absent: no stdin (/dev/null) unless `interactive`. */
  readonly stdin?: string | Uint8Array
  readonly tty?: boolean
  /** stdin stays open: see `writeExec`. */
  readonly interactive?: boolean
  /** Terminal size. */
  readonly columns?: number
  readonly rows?: number
}

export interface ExecOutput {
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
}

export type ExecStart =
  | { readonly kind: 'started'; readonly execId: string }
  /** containerd's words, to be wrapped as the kubelet does: `failed to exec in container: failed to start exec "<id>": OCI runtime exec failed: …`. */
  | { readonly kind: 'failed'; readonly message: string; readonly exitCode: number }

export type ExecResult =
  | {
      readonly kind: 'exited'
      readonly stdout: string
      readonly stderr: string
      readonly exitCode: number
      /** Nothing but files was read: the same command gives the same result as long as `filesVersion` stays. */
      readonly pure: boolean
    }
  /** Not finished: it sleeps. Step the container at `nextWakeMs` and ask `execState`. */
  | { readonly kind: 'running'; readonly execId: string }
  | { readonly kind: 'failed'; readonly message: string; readonly exitCode: number }

/** A value, or a promise of it where a command of just-bash had to be run. `await` takes both. */
export type Awaitable<T> = T | Promise<T>

export type DialError = 'refused' | 'timeout' | 'unreachable'

export interface HttpRequest {
  readonly method?: string
  readonly scheme?: 'http' | 'https'
  readonly ip: string
  readonly port: number
  readonly path: string
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: Uint8Array
}

export interface HttpResponse {
  readonly status: number
  readonly statusText: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Uint8Array
}

/** `kind: 'waiting'`: the server has not answered yet; step what is due and ask again, or give up at the time-out. */
export type HttpResult =
  | { readonly kind: 'response'; readonly response: HttpResponse }
  | { readonly kind: 'error'; readonly error: DialError | 'malformed' | 'closed' }
  | { readonly kind: 'waiting'; readonly connection: string }

/** A byte stream from outside (port-forward, the proxies) to a listening program. */
export interface Stream {
  write(data: Uint8Array): Awaitable<void>
  /** What has arrived; undefined after the other side closed and everything was read. */
  read(): Uint8Array | undefined
  /** No more input from us. */
  end(): Awaitable<void>
  close(): void
}

export interface RuntimeOptions {
  readonly storage: NodeStorage
  readonly network: Network
  readonly clock: Clock
  readonly draw: Draw
  readonly images: ImageCatalogue
}

/** One runtime serves all nodes: containers are told apart by id. */
export interface Runtime {
  /** Creates and starts the container and runs it until it waits. A failed start leaves nothing behind. */
  startContainer(spec: ContainerSpec): Awaitable<StartResult>
  /** Runs what is due. To be called at `nextWakeMs`, and for every id of `takeWoken`. An unknown id is `exited` with 137. */
  stepContainer(id: string): Awaitable<StepReport>
  status(id: string): ContainerStatus
  nextWakeMs(id: string): number | undefined
  /** Containers that something another one did has woken (a file, a connection, a signal) since the last call. */
  takeWoken(): readonly string[]
  /** Delivers a signal to the first process and runs it until it waits. KILL ends all. */
  signalContainer(id: string, signal: SignalName | number): Awaitable<StepReport>
  /** The signal with which the image wants to be stopped: SIGTERM unless it says else. */
  stopSignal(id: string): SignalName
  /** Advances a container whose loop changes only its log to `toMs` without running every turn; the last `keepLastLines` lines are written. False: it cannot be skipped, step it. */
  fastForward(id: string, toMs: number, keepLastLines: number): Awaitable<boolean>
  /** Forgets its processes and its writable layer; logs stay until `removeLogs`. */
  removeContainer(id: string): void
  removeLogs(id: string): void
  /** Gives a running container other limits. */
  resizeContainer(id: string, limits: ContainerSpec['limits'], requests: ContainerSpec['limits']): void
  /** Whether somebody has ended the sandbox of a shared process namespace since the last call. */
  takeSandboxEnd(processNamespaceId: string): boolean

  /** Runs a command in a running container as far as it gets without time passing. */
  execInContainer(id: string, argv: readonly string[], options?: ExecOptions): Awaitable<ExecResult>
  startExec(id: string, argv: readonly string[], options?: ExecOptions): Awaitable<ExecStart>
  /** Takes what the command has printed since the last call, and its exit code once it has ended. */
  execState(id: string, execId: string): ExecOutput & { readonly exitCode?: number }
  /** Input for an interactive command or, with execId `main`, for a container with `stdin: true` (attach). */
  writeExec(id: string, execId: string, data: Uint8Array): Awaitable<void>
  endExecInput(id: string, execId: string): Awaitable<void>
  resizeExec(id: string, execId: string, columns: number, rows: number): void
  /** Ends the command (the client went away). */
  killExec(id: string, execId: string): void

  /** What the container left at its termination message path, at most 4096 bytes; '' when nothing. */
  terminationMessage(id: string): string
  /** Changes whenever a file that the container can see, or its processes, have changed. */
  filesVersion(id: string): string
  /** Somebody outside has changed files of the volume: who waits for them is woken. */
  volumeChanged(volumeId: string): void
  usage(id: string): Usage

  /** An HTTP request from a node (probes, hooks, proxies); redirects are not followed. */
  httpRequest(nodeName: string, nodeIP: string, request: HttpRequest): Awaitable<HttpResult>
  httpResult(connection: string): HttpResult
  /** Does anybody listen? As a TCP probe sees it. */
  tcpProbe(nodeName: string, nodeIP: string, ip: string, port: number): 'open' | DialError
  dial(nodeName: string, nodeIP: string, ip: string, port: number): Awaitable<Stream | { readonly error: DialError }>
}
