/** Streams of pods, for whoever may have them. */
import type { Actor } from '../src/apiserver/actor'
import { admitStream } from '../src/apiserver/connect'
import type { RawRequest } from '../src/client/client'
import type { Cluster } from '../src/cluster/open'
import { sessionOf, type Commands } from '../src/http/commands'
import type { NotedStream } from '../src/http/chain'
import { OUTSIDE } from '../src/http/control'
import type { Admit } from '../src/http/upgrade'
import { outside } from './outside'

/** Where time jumps, it does so when a stream has ended. */
export const admitFor = (cluster: Cluster, commands: Commands, actor: (request: Pick<RawRequest, 'userAgent' | 'headers' | 'clientCertificate'>) => Actor, note: (request: RawRequest, actor: Actor) => NotedStream): Admit => async request => {
  const session = sessionOf(request)
  const jumps = cluster.config.clock.mode !== 'realtime'
  if (jumps) await commands.begin(session)
  const who = actor(request)
  const noted = note(request, who)
  const found = await admitStream(cluster.server, request, who).catch((e: unknown) => {
    noted.over(e)
    throw e
  })
  if (found === undefined) return undefined
  noted.begun()
  const admitted = { ...found, closed: () => noted.over() }
  if (!jumps) return admitted
  return { ...admitted, connect: options => admitted.connect(options).finally(() => commands.ended(session)) }
}

/** The same over the socket of the cluster's owner, and commands on the machine beside the cluster. */
export const admitOwner = (cluster: Cluster, commands: Commands, others: Admit): Admit => async request => {
  const [path, query = ''] = request.path.split(/\?(.*)/s)
  if (path !== OUTSIDE) return others(request)
  const session = sessionOf(request)
  const jumps = cluster.config.clock.mode !== 'realtime'
  if (jumps) await commands.begin(session)
  return {
    subresource: 'exec', query: new URLSearchParams(query),
    connect: options => outside(cluster, options).finally(() => void (jumps && commands.ended(session))),
  }
}
