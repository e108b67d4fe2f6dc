/** Failures of a connection as Go's HTTP client words them. */

/** `address`: `host:port`. */
export function goError(e: Error & { code?: string }, address: string, host: string): string {
  if (e.name === 'AbortError' || e.name === 'TimeoutError') return 'context deadline exceeded'
  switch (e.code) {
    case 'ECONNREFUSED':
      return `dial tcp ${address}: connect: connection refused`
    case 'EHOSTUNREACH':
      return `dial tcp ${address}: connect: no route to host`
    case 'ETIMEDOUT':
      return `dial tcp ${address}: i/o timeout`
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
