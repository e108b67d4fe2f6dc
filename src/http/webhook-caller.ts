/** Asks webhooks over HTTPS. Failures are worded as Go's HTTP client words them. */
import type { WebhookCaller } from '../apiserver/webhook-caller'

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
      ...(caBundle === undefined ? {} : { ca: caBundle }),
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

function goError(e: Error & { code?: string; cause?: unknown }, address: string, host: string): string {
  if (e.name === 'AbortError' || e.name === 'TimeoutError') return 'context deadline exceeded'
  switch (e.code) {
    case 'ECONNREFUSED':
      return `dial tcp ${address}: connect: connection refused`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `dial tcp: lookup ${host}: no such host`
    case 'ECONNRESET':
      return `read tcp ${address}: read: connection reset by peer`
    case 'CERT_HAS_EXPIRED':
      return 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid'
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `tls: failed to verify certificate: x509: certificate is not valid for ${host}`
    case 'EPROTO':
      return 'http: server gave HTTP response to HTTPS client'
    default:
      return /SELF_SIGNED|UNABLE_TO|LEAF_SIGNATURE|CERT_/.test(e.code ?? '') ? 'tls: failed to verify certificate: x509: certificate signed by unknown authority' : e.message
  }
}
