/** Streams of pods, for whoever may have them. */
import type { Actor } from '../src/apiserver/actor'
import { admitStream } from '../src/apiserver/connect'
import type { RawRequest } from '../src/client/client'
import type { Cluster } from '../src/cluster/open'
import { sessionOf, type Commands } from '../src/http/commands'
import type { Admit } from '../src/http/upgrade'

/** Where time jumps, it does so when a stream has ended. */
export const admitFor = (cluster: Cluster, commands: Commands, actor: (request: Pick<RawRequest, 'userAgent' | 'headers' | 'clientCertificate'>) => Actor): Admit => async request => {
  const session = sessionOf(request)
  const jumps = cluster.config.clock.mode !== 'realtime'
  if (jumps) await commands.begin(session)
  const admitted = await admitStream(cluster.server, request, actor(request))
  if (!jumps || admitted === undefined) return admitted
  return { ...admitted, connect: options => admitted.connect(options).finally(() => commands.ended(session)) }
}
