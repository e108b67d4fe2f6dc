/** Plays a transcript in this process: a cluster in memory, a shell in which `kubectl` is main, a folder of its own. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'
import { Bash, InMemoryFs, MountableFs, ReadWriteFs, defineCommand, latin1FromBytes } from 'just-bash'
import { main } from '../../commands/main'
import { sessionOf } from '../../bin/access'
import type { Access, FileTarget, OpenOptions, ProgramOptions } from '../../src/cli/access'
import type { RawRequest } from '../../src/client/client'
import { HttpClient } from '../../src/http/client/http-client'
import { Transport } from '../../src/http/client/transport'
import { credentialsOf } from '../../src/http/credentials'
import { serveHttp } from '../../src/http/plain'
import type { IOStreams } from '../../src/cli/io-streams'
import { UsageError } from '../../src/base/errors'
import { pod } from '../../src/kinds/core/pod/kind'
import { readConfig } from '../../src/cluster/config'
import { createInMemory } from '../../src/cluster/create'
import type { Cluster } from '../../src/cluster/open'
import type { Golden, Step } from './golden'
import { normalise } from './golden'

/** `test/conformance/`, also where this file is part of a bundle elsewhere. */
const HERE = process.env['KUBOTTLE_CONFORMANCE'] ?? dirname(fileURLToPath(import.meta.url))
/** Recordings that quote Kubernetes' field descriptions stay outside the repository. */
const OUTSIDE = join(HERE, '../../../shared/recordings/commands')
export const NOT_CARRIED = ['207-networkpolicies', '314-explain-and-discovery', '402-node-affinity-operators', '406-topology-spread-constraints', '508-generate-edit-explain-and-sort']

/** The build's descriptions of types and fields. */
const descriptions = (): string | undefined => {
  const path = join(HERE, '../../dist/descriptions.br')
  return existsSync(path) ? brotliDecompressSync(readFileSync(path)).toString() : undefined
}

/** When the recordings were made, and how much time a person's next command takes. */
const BEGIN_MS = Date.UTC(2026, 10, 21, 8, 0, 0)
const BETWEEN_COMMANDS_MS = 40
/** Real time that a command may take. */
const LIMIT_MS = 20_000

/** Names of all transcripts without `.golden`, those outside the repository included where they are there. */
export function goldenNames(): string[] {
  const carried = readdirSync(join(HERE, 'commands')).filter(f => f.endsWith('.golden')).map(f => f.replace('.golden', ''))
  return [...carried, ...NOT_CARRIED.filter(name => pathOf(name) !== undefined)].sort()
}

/** undefined for a transcript that is not carried and not there. */
export function pathOf(name: string): string | undefined {
  const path = join(NOT_CARRIED.includes(name) ? OUTSIDE : join(HERE, 'commands'), `${name}.golden`)
  return statSync(path, { throwIfNoEntry: false }) === undefined ? undefined : path
}

export interface Answer {
  /** `3: kubectl get pods`: the how-manieth judged command, and its line. */
  readonly id: string
  readonly recorded: Extract<Step, { kind: 'command' }>
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** Exit code and both outputs agree. */
  readonly exact: boolean
}

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Ports, servers and background jobs need real processes. */
const needsProcesses = (line: string): boolean => / & |curl /.test(line)

/** Plays all steps; what needs real processes is left out. */
export async function replay(golden: Golden, over: 'embedded' | 'http' = 'embedded'): Promise<Answer[]> {
  const folder = mkdtempSync(join(tmpdir(), 'kubottle-golden-'))
  const stage = new Stage(folder, golden.profile, over)
  try {
    await stage.init()
    const answers: Answer[] = []
    let number = 0
    for (const step of golden.steps) {
      if (step.kind === 'file') stage.write(step.name, step.body)
      if (step.kind === 'command') number++
      if ((step.kind !== 'command' && step.kind !== 'unjudged') || needsProcesses(step.line)) continue
      const ran = await stage.run(step.line)
      if (step.kind === 'command') answers.push({ id: `${number}: ${step.line}`, recorded: step, ...ran, exact: agrees(step, ran) })
    }
    return answers
  } finally {
    stage.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const agrees = (a: { code: number; stdout: string; stderr: string }, b: Ran): boolean => a.code === b.code && normalise(a.stdout) === normalise(b.stdout) && normalise(a.stderr) === normalise(b.stderr)

/** A cluster in memory and a shell in which `kubectl` and `kubottle` are main, in a folder of its own. */
export class Stage {
  private cluster: Cluster | undefined
  private nowMs = BEGIN_MS
  private readonly work: string
  private readonly home: string
  private readonly shell: Bash

  private server: Server | undefined

  constructor(folder: string, private readonly profile: string, private readonly over: 'embedded' | 'http') {
    this.work = join(folder, 'work')
    this.home = join(folder, 'home')
    mkdirSync(this.work)
    mkdirSync(this.home)
    const fs = new MountableFs({ base: new InMemoryFs() })
    fs.mount(folder, new ReadWriteFs({ root: folder }))
    const program = (name: string) => defineCommand(name, async (args, ctx) => {
      const stdin = Uint8Array.from(latin1FromBytes(ctx.stdin), c => c.charCodeAt(0))
      const { code, stdout, stderr } = await this.kubectl([name, ...args], { cwd: ctx.cwd, env: ctx.exportedEnv ?? Object.fromEntries(ctx.env), stdin })
      return { stdout: Buffer.from(stdout).toString('latin1'), stdoutKind: 'bytes', stderr, exitCode: code }
    })
    const sleep = async (ms: number): Promise<void> => void (this.nowMs += ms)
    // just-bash sorts by the rules of a language and counts in narrower columns than the machines of the recordings.
    const own = ['sort', 'uniq'].map(name => defineCommand(name, async (args, ctx) => {
      const { status, stdout, stderr } = spawnSync(name, args, { cwd: ctx.cwd, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' }, input: Buffer.from(latin1FromBytes(ctx.stdin), 'latin1') })
      return { stdout: stdout.toString('latin1'), stdoutKind: 'bytes', stderr: stderr.toString(), exitCode: status ?? 1 }
    }))
    this.shell = new Bash({ fs, cwd: this.work, sleep, customCommands: [program('kubectl'), program('kubottle'), ...own] })
  }

  private get env(): Record<string, string> {
    return { HOME: this.home, KUBECONFIG: join(this.home, 'config'), KUBE_EDITOR: 'true', NO_COLOR: '1', PATH: '/usr/local/bin:/usr/bin:/bin' }
  }

  async init(): Promise<void> {
    // The name of a profile, or the path of a file that describes a cluster.
    const profile = this.profile.includes('/') ? this.profile : join(HERE, 'profiles', `${this.profile}.yaml`)
    const { code, stderr } = await this.kubectl(['kubottle', 'init', '--config', profile], { cwd: this.work, env: this.env, stdin: new Uint8Array() })
    if (code !== 0) throw new Error(`init failed: ${stderr}`)
  }

  write(name: string, body: string): void {
    const path = join(this.work, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, body)
  }

  async run(line: string): Promise<Ran> {
    const command = await this.withPods(line)
    const { exitCode, stdout, stderr } = await this.shell.exec(command, { cwd: this.work, env: this.env })
    return { code: exitCode, stdout, stderr }
  }

  /** `{{pod app=web}}` is the first pod of that label by name. */
  private async withPods(line: string): Promise<string> {
    let out = line
    for (const [whole, kind, labelSelector] of line.matchAll(/\{\{(pod|rs) ([^}]*)\}\}/g)) {
      const client = (this.cluster as Cluster).clientFor({ user: 'kubernetes-admin', groups: ['system:masters'], manager: 'kubectl', trusted: false })
      const resource = kind === 'pod' ? pod : { group: 'apps', version: 'v1', kind: 'ReplicaSet', plural: 'replicasets', singular: 'replicaset', scope: 'Namespaced' as const }
      const { items } = await client.list(resource as typeof pod, { namespace: 'default', labelSelector: labelSelector as string })
      const names = items.map(o => o.metadata.name).sort()
      out = out.replace(whole, names[0] ?? '')
    }
    return out
  }

  private async kubectl(argv: readonly string[], given: { cwd: string; env: Record<string, string>; stdin: Uint8Array }): Promise<{ code: number; stdout: Uint8Array; stderr: string }> {
    this.nowMs += BETWEEN_COMMANDS_MS
    const [out, err]: [Uint8Array[], Uint8Array[]] = [[], []]
    const bytes = (text: string | Uint8Array): Uint8Array => (typeof text === 'string' ? Buffer.from(text) : text)
    const io: IOStreams = {
      stdin: { async *[Symbol.asyncIterator]() { yield given.stdin } },
      stdout: text => void out.push(bytes(text)),
      stderr: text => void err.push(bytes(text)),
      stdinIsTerminal: false,
      stdoutIsTerminal: false,
      columns: 80,
      env: given.env,
      cwd: given.cwd,
      interrupt: AbortSignal.timeout(LIMIT_MS),
    }
    const code = await main(argv, io, { now: () => this.nowMs }, this.access(io))
    return { code, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString('utf8') }
  }

  private async clientOverHttp({ identity }: FileTarget, { warn }: OpenOptions): Promise<HttpClient> {
    const cluster = this.cluster as Cluster
    const answer = (request: RawRequest) => cluster.clientFor(cluster.ownUser(undefined, [], 'kubectl', credentialsOf(request.headers ?? {}).wanted)).request(request)
    this.server ??= await serveHttp(answer, '127.0.0.1', 0)
    const { port } = this.server.address() as AddressInfo
    const server = { url: `http://127.0.0.1:${port}`, insecureSkipTlsVerify: false, certificateAuthority: undefined, tlsServerName: undefined, requestTimeoutMs: 0, identity }
    return new HttpClient(new Transport(server, 'kubectl/v1.36.3'), warn)
  }

  private access(io: IOStreams): Access {
    return {
      open: async (target, options) => {
        if (target.kind !== 'file' || this.cluster === undefined) throw new UsageError('transcripts reach the cluster of their profile alone')
        const embedded = { ...sessionOf(this.cluster, target, options), close: async () => {} }
        if (this.over === 'embedded') return embedded
        // Requests and their answers go over a wire; time is the cluster's, as it is without one.
        return { ...embedded, client: await this.clientOverHttp(target, options), discovery: undefined }
      },
      create: async (_path, profile) => {
        const made = readConfig(profile)
        this.cluster = await createInMemory(made, () => this.nowMs, false, { descriptions })
        const { cluster, context, user, groups } = made.config
        return { cluster, context, user, groups }
      },
      serve: () => Promise.reject(new UsageError('transcripts serve nothing')),
      programs: this.work,
      runProgram: async ([program = '', ...args], { env, cwd }: ProgramOptions) => {
        const { status, stdout, stderr } = spawnSync(program, args, { cwd, env: env as NodeJS.ProcessEnv })
        io.stdout(stdout)
        io.stderr(stderr)
        return status ?? 1
      },
    }
  }

  close(): void {
    this.server?.close()
    this.server?.closeAllConnections()
    this.cluster?.close()
  }
}
