/** How a webhook is addressed and asked, whatever it is asked: by its URL, or as the service of a cluster. upstream: apiserver/pkg/util/webhook/client.go */
import { goQuote } from '../base/field'
import type { Status } from '../base/status'
import { service as serviceKind } from '../kinds/core/service/kind'
import type { WebhookClientConfig } from '../kinds/schema/types/admissionregistration.v1'
import type { ApiServer } from './server'

export interface WebhookAnswer {
  readonly code: number
  readonly body: string
}

export function webhookUrl({ url, service }: WebhookClientConfig, timeoutSeconds: number): string {
  const base = url ?? `https://${service?.name}.${service?.namespace}.svc:${service?.port ?? 443}${service?.path === undefined ? '' : service.path.startsWith('/') ? service.path : `/${service.path}`}`
  return `${base}${base.includes('?') ? '&' : '?'}timeout=${timeoutSeconds}s`
}

/** The body of the answer. Throws an Error in Go's words when it was not answered, or answered with an error. */
export async function askWebhook(server: ApiServer, config: WebhookClientConfig, body: string, timeoutSeconds: number): Promise<string> {
  const url = webhookUrl(config, timeoutSeconds)
  let answer: WebhookAnswer
  try {
    answer = await send(server, config, url, body, timeoutSeconds * 1000)
  } catch (e) {
    throw new Error(`Post ${goQuote(url)}: ${(e as Error).message}`)
  }
  if (answer.code >= 300) throw new Error(refusedText(answer))
  return answer.body
}

async function send(server: ApiServer, { service, caBundle }: WebhookClientConfig, url: string, body: string, timeoutMs: number): Promise<WebhookAnswer> {
  // Services stand for simulated pods: nothing but a URL reaches a program that answers.
  if (service !== undefined) throw new Error(serviceProblem(server, service))
  if (server.callWebhook === undefined) throw new Error(`dial tcp ${new URL(url).host}: connect: connection refused`)
  server.flush()
  const bundle = caBundle === undefined ? '' : Buffer.from(caBundle, 'base64').toString()
  return server.callWebhook({ url, body, caBundle: bundle.trim() === '' ? undefined : bundle, timeoutMs })
}

/** upstream: apiserver/pkg/util/proxy ResolveCluster */
function serviceProblem(server: ApiServer, { namespace, name, port = 443 }: NonNullable<WebhookClientConfig['service']>): string {
  const found = server.lister.get(serviceKind, name, namespace)
  if (found === undefined) return `service ${goQuote(name)} not found`
  const { type = 'ClusterIP', clusterIP = '', ports, externalName = '' } = found.spec ?? {}
  if (type === 'ExternalName') return `dial tcp: lookup ${externalName}: no such host`
  if (clusterIP === 'None') return 'cannot route to service with ClusterIP "None"'
  if (ports?.some(p => p.port === port) !== true) return `no service port ${port} found for service ${goQuote(name)}`
  return `dial tcp ${clusterIP}:${port}: connect: connection refused`
}

/** upstream: client-go rest Request.transformResponse */
function refusedText({ code, body }: WebhookAnswer): string {
  try {
    const status = JSON.parse(body) as Partial<Status>
    if (status.kind === 'Status' && status.message !== undefined) return status.message
  } catch {
    // no Status: told by its code
  }
  if (code === 404) return 'the server could not find the requested resource'
  if (code === 503) return 'the server is currently unable to handle the request'
  return code >= 500 ? `an error on the server (${goQuote(body.trim())}) has prevented the request from succeeding` : `the server rejected our request for an unknown reason`
}

/** What Go's decoder says of a body that is no JSON. */
export const notJson = (text: string): string => `couldn't get version/kind; json parse error: invalid character ${goQuote(text[0] ?? '')} looking for beginning of value`
