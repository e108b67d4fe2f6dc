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

type StreamRequest = Parameters<Admit>[0]

/** Where time jumps, it does so when a stream has ended. */
async function admitInTurn(cluster: Cluster, commands: Commands, request: StreamRequest, admit: () => ReturnType<Admit>): ReturnType<Admit> {
  if (cluster.config.clock.mode === 'realtime') return admit()
  const session = sessionOf(request)
  await commands.begin(session)
  const admitted = await admit()
  return admitted && { ...admitted, connect: options => admitted.connect(options).finally(() => commands.ended(session)) }
}

export const admitFor = (cluster: Cluster, commands: Commands, actor: (request: Pick<RawRequest, 'userAgent' | 'headers' | 'clientCertificate'>) => Actor, note: (request: RawRequest, actor: Actor) => NotedStream): Admit => request =>
  admitInTurn(cluster, commands, request, async () => {
    const who = actor(request)
    const noted = note(request, who)
    const found = await admitStream(cluster.server, request, who).catch((e: unknown) => {
      noted.over(e)
      throw e
    })
    if (found === undefined) return undefined
    noted.begun()
    return { ...found, closed: () => noted.over() }
  })

/** The same over the socket of the cluster's owner, and commands on the machine beside the cluster. */
export const admitOwner = (cluster: Cluster, commands: Commands, others: Admit): Admit => async request => {
  const [path, query = ''] = request.path.split(/\?(.*)/s)
  if (path !== OUTSIDE) return others(request)
  return admitInTurn(cluster, commands, request, async () => ({ subresource: 'exec', query: new URLSearchParams(query), connect: options => outside(cluster, options) }))
}
