/** Asks webhooks over HTTPS. Failures are worded as Go's HTTP client words them. */
import { goError } from './go-errors'
import type { WebhookCaller } from '../apiserver/webhook-caller'
import { authorities } from './client/trust'

const MAX_ANSWER_BYTES = 3 * 1024 * 1024

/** Loaded when first needed: clusters without webhooks start without it. */
export const callWebhook: WebhookCaller = ({ url, body, caBundle, timeoutMs }) => {
  const { request } = process.getBuiltinModule('node:https')
  const { hostname, port } = new URL(url)
  return new Promise((done, failed) => {
    const call = request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, */*', 'user-agent': 'kube-apiserver-admission', 'content-length': Buffer.byteLength(body) },
      signal: AbortSignal.timeout(timeoutMs),
      ca: caBundle ?? authorities(),
    })
    const refuse = (e: Error): void => failed(new Error(goError(e, `${hostname}:${port === '' ? '443' : port}`, hostname)))
    call.on('error', refuse)
    call.on('response', response => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > MAX_ANSWER_BYTES) call.destroy(new Error('http: request body too large'))
        else chunks.push(chunk)
      })
      response.on('error', refuse)
      response.on('end', () => done({ code: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
    })
    call.end(body)
  })
}
