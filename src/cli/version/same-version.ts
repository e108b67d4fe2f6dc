/** `--match-server-version`: nothing is done on a server of another version. upstream: client-go/discovery MatchesServerVersion */
import { UsageError } from '../../base/errors'
import type { Client } from '../../client/client'
import { CLIENT_VERSION } from './client-version'

/** Throws UsageError. */
export async function requireSameVersion(client: Client): Promise<void> {
  const { body } = await client.request({ method: 'GET', path: '/version', accept: 'application/json' })
  const { gitVersion = '' } = JSON.parse(body) as { gitVersion?: string }
  if (gitVersion !== CLIENT_VERSION) throw new UsageError(`server version (${gitVersion}) differs from client version (${CLIENT_VERSION})`)
}
