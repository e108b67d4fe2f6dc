/** The real world of the CLI: cluster files through src/cluster, other programs on this terminal. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { UsageError } from '../src/base/errors'
import type { Access, FileTarget, Identity, OpenOptions, OwnControl, Session } from '../src/cli/access'
import { readConfig } from '../src/cluster/config'
import { createCluster } from '../src/cluster/create'
import { glance } from '../src/cluster/glance'
import { openCluster, type Cluster } from '../src/cluster/open'
import { socketPath } from '../src/client/socket-path'
import { explain, StoreError } from '../src/store/open'
import { callWebhook } from '../src/http/webhook-caller'
import { main } from '../commands/main'
import { actorOf } from './actor-of'
import { descriptions } from './descriptions'
import { outside } from './outside'
import { profile } from './profile'
import { openServer } from './server-session'
import { isServed, openServed } from './served-session'
import { serve } from './serve'
import { createShellHost } from './shell-host'
import { why } from './why'

const wall = (): number => Date.now()

/** Nobody can guess the keys of a cluster. */
const secret = (): string => randomBytes(32).toString('hex')

/** Kills the process at the n-th commit: the crash test's way to stop at every point. */
function failPoint(): (() => void) | undefined {
  let left = Number(process.env['KUBOTTLE_KILL_AT_COMMIT'] ?? 0)
  if (!(left > 0)) return undefined
  return () => {
    if (--left === 0) process.kill(process.pid, 'SIGKILL')
  }
}

/** Says that the disk is full when the file has so many pages. */
const fullAfterPages = (): number | undefined => (process.env['KUBOTTLE_FULL_AFTER_PAGES'] === undefined ? undefined : Number(process.env['KUBOTTLE_FULL_AFTER_PAGES']))

/** So often a process that is busy looks whether it is to end. */
const BREATH_MS = 50
let breathedMs = 0

/** Lets signals in, now and then: everything else that settles is one long run for the event loop. */
function breathe(): Promise<void> | undefined {
  const now = wall()
  if (now - breathedMs < BREATH_MS) return undefined
  breathedMs = now
  return new Promise(resolve => setImmediate(resolve))
}

const later = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise(resolve => {
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
  })

async function openFile(target: FileTarget, options: OpenOptions): Promise<Session> {
  const socket = socketPath(target.path, tmpdir())
  // A socket whose server is gone is as good as none.
  const served = existsSync(socket) ? await openServed(socket, target, options) : undefined
  if (served !== undefined) return served
  if (!existsSync(target.path)) {
    if (!target.create) throw new UsageError(`${target.path} does not exist; "kubottle init" makes a cluster`)
    await createCluster(target.path, readConfig(undefined), { replace: false, wall, secret: secret() })
  }
  return openThere(target, options)
}

/** Opens a file that is there. Throws StoreError. */
export async function openThere(target: FileTarget, options: OpenOptions): Promise<Session> {
  const beforeCommit = failPoint()
  // With a fail-point every reconcile is a commit of its own, so that there are more points to fail at.
  const cluster = openCluster({ path: target.path, wall, callWebhook, descriptions, beforeCommit, group: beforeCommit === undefined ? undefined : 1, breathe, pause, later, maxPages: fullAfterPages() })
  try {
    // Told at the end of the command, when it tries again.
    await asFarAsPossible(cluster.catchUp(), target.path, () => {})
  } catch (e) {
    cluster.close()
    throw e
  }
  return sessionOf(cluster, target, options)
}

/** A command that only looks shows what is there, also where the cluster cannot go on: a full disk, a file that may not be written. */
async function asFarAsPossible(work: Promise<void>, path: string, warn: (text: string) => void): Promise<void> {
  try {
    await work
  } catch (e) {
    const told = explain(e, path)
    if (!(told instanceof StoreError) || told.damaged) throw told
    warn(`the cluster stands still: ${told.message}`)
  }
}

export function sessionOf(cluster: Cluster, { identity, path }: FileTarget, options: OpenOptions): Session {
  return {
    client: cluster.clientFor(actorOf(cluster, identity), options.warn, options),
    clock: cluster.clock,
    discovery: () => cluster.discovery(),
    settle: () => (cluster.wrote ? cluster.settle() : asFarAsPossible(cluster.settle(), path, options.warn)),
    release: () => cluster.release(),
    waitUntil: (condition, timeoutMs) => cluster.waitUntil(condition, timeoutMs),
    own: ownControl(cluster, path),
    explain: error => asUsage(explain(error, path)),
    close: async () => cluster.close(),
  }
}

/** Nothing is hidden from an administrator who acts as nobody else. */
const seesAll = ({ groups, token, clientCertificate, impersonate }: Identity): boolean => groups.includes(MASTERS) && (token ?? '') === '' && clientCertificate === undefined && impersonate === undefined
const MASTERS = 'system:masters'

function ownControl(cluster: Cluster, path: string): OwnControl {
  return {
    summary: async () => cluster.summary(path),
    why: target => why(cluster, target),
    outside: options => outside(cluster, options),
    advanceTo: ms => cluster.live(ms),
    setClockMode: async mode => cluster.setClockMode(mode),
    async *objects() {
      yield* cluster.objects()
    },
    async reset() {
      const made = cluster.remade()
      cluster.close()
      await createCluster(path, made, { replace: true, wall, secret: secret() })
    },
  }
}

/** A person's mistake or a broken file is told in one line; anything else is ours. */
const asUsage = (e: unknown): unknown => (e instanceof StoreError ? new UsageError(e.message) : e)

function readable(e: unknown): never {
  throw asUsage(e)
}

export const access: Access = {
  async open(target, options) {
    if (target.kind === 'server') return openServer(target, options)
    return openFile(target, options).catch(e => readable(explain(e, target.path)))
  },
  glance: ({ path, identity }) => (seesAll(identity) ? glance(path) : undefined),
  async create(path, profile, { replace }) {
    const made = readConfig(profile)
    if (replace && (await isServed(socketPath(path, tmpdir())))) throw new UsageError(`${path} is being served: end "kubottle serve" first`)
    await createCluster(path, made, { replace, wall, secret: secret() }).catch(readable)
    const { cluster, context, user, groups } = made.config
    return { cluster, context, user, groups }
  },
  serve: options => serve(options, wall).catch(readable),
  profile,
  get shellHost() {
    return createShellHost(access, (argv, io, within) => main(argv, io, { now: wall }, within))
  },
  get programs() {
    return join(dirname(__filename), '../bin')
  },
  readProgram([program = '', ...args], { env, cwd }) {
    return new Promise(resolve => {
      const child = spawn(program, args, { env: env as NodeJS.ProcessEnv, cwd, stdio: ['inherit', 'pipe', 'inherit'] })
      let stdout = ''
      child.stdout.setEncoding('utf8').on('data', text => (stdout += text))
      child.once('error', () => resolve({ code: 127, stdout: '' }))
      child.once('close', code => resolve({ code: code ?? 1, stdout }))
    })
  },
  runProgram([program = '', ...args], { env, cwd }) {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { env: env as NodeJS.ProcessEnv, cwd, stdio: 'inherit' })
      child.once('error', error => reject(new UsageError((error as NodeJS.ErrnoException).code === 'ENOENT' ? `failed to run ${JSON.stringify(program)}: executable file not found in $PATH` : `failed to run ${JSON.stringify(program)}: ${error.message}`)))
      child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)))
    })
  },
}
