/** The socket beside a cluster file that is served: the owner's own commands go through it. */
import { chmodSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { dirname, join } from 'node:path'
import { UsageError } from '../src/base/errors'
import type { RawRequest, RawResponse } from '../src/client/client'
import type { Identity } from '../src/cli/access'
import type { Cluster } from '../src/cluster/open'
import type { Settler } from '../src/cluster/settler'
import { sessionOf, type Commands } from '../src/http/commands'
import { answerControl, IDENTITY, withTime, type Controlled } from '../src/http/control'
import { serveHttp, type Answer } from '../src/http/plain'
import type { Admit } from '../src/http/upgrade'
import { why } from './why'

/** How often who waits in real time looks. */
const LOOK_MS = 50

/** Listens at the path, for the owner of the file alone. What is returned closes it. */
export async function listenAt(path: string, answer: Answer, admit: Admit): Promise<{ readonly server: Server; remove(): void }> {
  // Nobody else can reach it before its rights are set.
  const folder = mkdtempSync(join(dirname(path), '.k'))
  try {
    const server = await serveHttp(answer, join(folder, 's'), undefined, undefined, admit)
    chmodSync(join(folder, 's'), 0o600)
    renameSync(join(folder, 's'), path)
    return { server, remove: () => rmSync(path, { force: true }) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The cluster as the socket reaches it. */
export function controlled(cluster: Cluster, path: string, settler: Settler, commands: Commands): Controlled {
  const jumps = (): boolean => cluster.config.clock.mode !== 'realtime'
  return {
    nowMs: () => cluster.clock.peek(),
    head: () => cluster.store.head(),
    mode: () => cluster.config.clock.mode,
    summary: () => cluster.summary(path),
    why: target => why(cluster, target),
    objects: () => cluster.objects(),
    settle: () => (jumps() ? commands.becomeCalm() : settler.calm()),
    async pass(session, head, timeoutMs) {
      const changed = (): boolean => cluster.store.head() > head
      if (changed() || timeoutMs <= 0) return
      // Whoever else watches may answer what happens here, and needs the wall's time for it.
      const alone = !commands.othersWatch(session)
      if (jumps() && ((await cluster.waitUntil(async () => changed(), timeoutMs, alone)) || alone)) return
      await new Promise(done => setTimeout(done, Math.min(LOOK_MS, timeoutMs)))
    },
    async advanceTo(ms) {
      await cluster.live(ms)
      settler.wake()
    },
    setMode(mode) {
      if (mode === 'fixed') throw new UsageError('the time of a cluster that is served cannot stand still')
      if (cluster.config.clock.mode === 'fixed') throw new UsageError('the time of this cluster is fixed')
      cluster.switchTo(mode)
    },
  }
}

/** Answers what comes over the socket: `stages` as the user that the command's kubeconfig states. */
export function answerCommand(stages: Answer, control: Controlled, settler: Settler, commands: Commands): Answer {
  return async request => {
    const own = await ownRequest(control, commands, request)
    if (own !== undefined) return withTime(control, own)
    const answered = await commands.answer(request, () => stages(request))
    // As in a file: what is due at once has happened.
    if (request.method !== 'GET') await settler.calm()
    return withTime(control, answered)
  }
}

async function ownRequest(control: Controlled, commands: Commands, request: RawRequest): Promise<RawResponse | undefined> {
  if (request.path.startsWith('/kubottle.dev/')) await commands.begin(sessionOf(request))
  return answerControl(control, request)
}

export const identityOf = ({ headers }: Pick<RawRequest, 'headers'>): Identity => JSON.parse(Buffer.from(headers?.[IDENTITY]?.[0] ?? 'e30=', 'base64').toString()) as Identity
