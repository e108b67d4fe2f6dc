/** What is wrong with a certificate and its key, as Go's TLS says it. upstream: crypto/tls.X509KeyPair */
import { createPrivateKey, X509Certificate } from 'node:crypto'

const BLOCK = /-----BEGIN ([^\n]*?)-----\r?\n[\s\S]*?-----END \1-----/g

/** Types of the PEM blocks of a text, in order. */
const blocksOf = (pem: string): { type: string; text: string }[] => [...pem.matchAll(BLOCK)].map(m => ({ type: m[1] as string, text: m[0] }))

/** The problem with a pair of PEM texts; undefined when they belong together. */
export function keyPairProblem(certificatePem: string, keyPem: string): string | undefined {
  const inCertificate = blocksOf(certificatePem)
  const certificates = inCertificate.filter(b => b.type === 'CERTIFICATE')
  if (certificates.length === 0) {
    if (inCertificate.length === 0) return 'tls: failed to find any PEM data in certificate input'
    if (inCertificate.length === 1 && inCertificate[0]?.type.endsWith('PRIVATE KEY') === true) return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched'
    return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${inCertificate.map(b => b.type).join(' ')}]`
  }
  const inKey = blocksOf(keyPem)
  const key = inKey.find(b => b.type === 'PRIVATE KEY' || b.type.endsWith(' PRIVATE KEY'))
  if (key === undefined) {
    if (inKey.length === 0) return 'tls: failed to find any PEM data in key input'
    if (inKey.length === 1 && inKey[0]?.type === 'CERTIFICATE') return 'tls: found a certificate rather than a key in the PEM for the private key'
    return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${inKey.map(b => b.type).join(' ')}]`
  }
  return mismatch((certificates[0] as { text: string }).text, key.text)
}

function mismatch(certificatePem: string, keyPem: string): string | undefined {
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(certificatePem)
  } catch {
    return 'x509: malformed certificate'
  }
  try {
    const key = createPrivateKey(keyPem)
    if (key.asymmetricKeyType !== certificate.publicKey.asymmetricKeyType) return 'tls: private key type does not match public key type'
    return certificate.checkPrivateKey(key) ? undefined : 'tls: private key does not match public key'
  } catch {
    return 'tls: failed to parse private key'
  }
}
