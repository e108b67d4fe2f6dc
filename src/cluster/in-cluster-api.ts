/** The apiserver as pods reach it, at the Service `kubernetes`: whoever shows a token is who it says, all others are anonymous. */
import { StatusError } from '../base/status'
import { managerOf } from '../apiserver/actor'
import { apiServerNames } from '../apiserver/authentication/certificate-authority'
import { bearerToken } from '../apiserver/authentication/tokens'
import { EmbeddedClient } from '../apiserver/embedded-client'
import type { ApiServer } from '../apiserver/server'
import { statusAnswer } from '../apiserver/status-answer'
import type { RawRequest, RawResponse } from '../client/client'
import { service as serviceKind } from '../kinds/core/service/kind'
import { internalIP } from '../kinds/core/node/state'
import { node as nodeKind } from '../kinds/core/node/kind'
import type { ApiAnswer, ApiDoor, ApiRequest } from '../network/network'

/** `server` is asked when the first request is on its way. */
export function inClusterApi(server: () => ApiServer): ApiDoor {
  let certificate: string | undefined
  return {
    answer: request => answer(server(), request),
    certificate() {
      const { lister, authenticator, wallMs } = server()
      const addresses = [...(lister.get(serviceKind, 'kubernetes', 'default')?.spec.clusterIPs ?? []), ...lister.list(nodeKind).map(internalIP)].filter(a => a !== '')
      return (certificate ??= authenticator.authority.serverPair(apiServerNames(), ['127.0.0.1', ...addresses], wallMs()).certificate)
    },
  }
}

async function answer(server: ApiServer, { method, target, headers: pairs, body }: ApiRequest): Promise<ApiAnswer> {
  const headers: Record<string, string[]> = {}
  for (const [name, value] of pairs) (headers[name.toLowerCase()] ??= []).push(value)
  const token = bearerToken(headers)
  const userAgent = headers['user-agent']?.[0]
  // Nothing comes later in a conversation of one question: a watch tells what is there.
  const request: RawRequest = { method: method as RawRequest['method'], path: target, body: body === '' ? undefined : Buffer.from(body, 'latin1').toString(), contentType: headers['content-type']?.[0], accept: headers.accept?.[0], userAgent, headers, signal: AbortSignal.abort() }
  return asAnswer(await answered(server, request, token))
}

async function answered(server: ApiServer, request: RawRequest, token: string | undefined): Promise<RawResponse> {
  try {
    const actor = server.authenticator.authenticate({ token, clientCertificate: undefined, wanted: undefined }, managerOf(request.userAgent))
    // What it sets in motion is dealt with by those who let the containers run.
    return await new EmbeddedClient(server, { actor }).request(request)
  } catch (e) {
    if (!(e instanceof StatusError)) throw e
    return statusAnswer(e, request)
  }
}

async function asAnswer({ code, contentType, body, headers = {}, stream }: RawResponse): Promise<ApiAnswer> {
  const parts: Buffer[] = [Buffer.from(body)]
  if (stream !== undefined) for await (const part of stream) parts.push(Buffer.from(part))
  const bytes = Buffer.concat(parts).toString('latin1')
  return { status: code, reason: process.getBuiltinModule('node:http').STATUS_CODES[code] ?? '', headers: [['Content-Type', contentType], ...Object.entries(headers), ['Content-Length', String(bytes.length)], ['Connection', 'close']], body: bytes }
}
