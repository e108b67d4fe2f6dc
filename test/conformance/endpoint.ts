/** A cluster in memory behind a port of this machine, which remembers what it was asked. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Alarm } from '../../src/base/alarm'
import type { Actor } from '../../src/apiserver/actor'
import type { Door } from '../../src/http/chain'
import type { RawRequest } from '../../src/client/client'
import { readConfig } from '../../src/cluster/config'
import { createInMemory } from '../../src/cluster/create'
import type { Cluster } from '../../src/cluster/open'
import { servingOptions, settleBySelf } from '../../src/cluster/serving'
import { credentialsOf } from '../../src/http/credentials'
import { Front } from '../../src/http/front'
import { serveHttp } from '../../src/http/plain'

/** How often a watch looks. */
const LOOK_MS = 20

export interface Endpoint {
  readonly cluster: Cluster
  readonly url: string
  /** A folder with a kubeconfig at `config` and nothing else; programs may call it their home. */
  readonly home: string
  /** All requests so far. */
  readonly requests: readonly RawRequest[]
  /** Without nodes nothing runs, and what is stored stays as it was written. */
  close(): void
}

/** `quiet`: neither controllers nor nodes. */
export async function startEndpoint({ quiet = false } = {}): Promise<Endpoint> {
  const wall = (): number => Date.now()
  const made = readConfig(undefined)
  const follow = ({ signal, timeoutMs }: { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number | undefined }): (() => Promise<boolean>) => {
    const endMs = timeoutMs === undefined ? Infinity : wall() + timeoutMs
    const over = (): boolean => signal?.aborted === true || wall() >= endMs
    return async () => {
      if (!over()) await new Promise(done => setTimeout(done, LOOK_MS))
      return !over()
    }
  }
  const failed = (error: unknown): void => void process.stderr.write(`endpoint: ${String(error)}\n`)
  const alarm: Alarm = (ms, ring) => {
    const timer = setTimeout(ring, ms)
    return () => clearTimeout(timer)
  }
  const cluster = await createInMemory(quiet ? { config: made.config, nodes: [] } : made, wall, quiet, { ...servingOptions(wall, () => new Promise(done => setImmediate(done)), alarm, failed), follow, secret: 'secret' })
  const requests: RawRequest[] = []
  const front = new Front(cluster.server, { nowMs: wall, alarm, newId: () => String(requests.length), limits: { reading: 400, mutating: 200 }, timeoutMs: 60_000, queues: () => cluster.engine.queues(), failed })
  const door: Door = {
    actorOf({ userAgent = 'unknown', headers = {} }) {
      return cluster.ownUser(undefined, [], userAgent.split('/')[0] as string, credentialsOf(headers).wanted)
    },
    async answer(request: RawRequest, actor: Actor) {
      requests.push(request)
      // What the last request wrote has taken its course: both programs that are compared see the same.
      await settler.calm()
      return cluster.clientFor(actor).request(request)
    },
    }
  const settler = settleBySelf(cluster, alarm, failed)
  const server = await serveHttp(front.answer(door), '127.0.0.1', 0)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const home = mkdtempSync(join(tmpdir(), 'kubottle-endpoint-'))
  writeFileSync(join(home, 'config'), JSON.stringify({ apiVersion: 'v1', kind: 'Config', clusters: [{ name: 'c', cluster: { server: url } }], users: [{ name: 'u', user: {} }], contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }], 'current-context': 'c' }))
  return {
    cluster, url, home, requests,
    close() {
      server.close()
      server.closeAllConnections()
      front.shutDown()
      void settler.stop().then(() => cluster.close())
      rmSync(home, { recursive: true, force: true })
    },
  }
}
