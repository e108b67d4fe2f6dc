/** Reads a PKCS #10 certificate request: subject, alternative names, and whether its signature is right. upstream: crypto/x509 ParseCertificateRequest, by RFC 2986 */
import { verify } from 'node:crypto'
import { derChildren, readDer, readObjectId, readText, type DerNode } from '../../../base/der'

export interface CertificateRequest {
  /** Values by attribute type, `2.5.4.3` (common name) and so on, in order. */
  readonly subject: ReadonlyMap<string, readonly string[]>
  readonly dnsNames: readonly string[]
  readonly emailAddresses: readonly string[]
  readonly uris: readonly string[]
  readonly ipAddresses: readonly string[]
}

const EXTENSION_REQUEST = '1.2.840.113549.1.9.14'
const ALTERNATIVE_NAMES = '2.5.29.17'

/** The DER of a CERTIFICATE REQUEST block. Throws an Error in Go's words. */
function derOf(pem: string): Buffer {
  const block = /-----BEGIN CERTIFICATE REQUEST-----([\s\S]*?)-----END CERTIFICATE REQUEST-----/.exec(pem)
  if (block === null) throw new Error('PEM block type must be CERTIFICATE REQUEST')
  return Buffer.from(block[1] as string, 'base64')
}

const HASH_BY_ALGORITHM: Readonly<Record<string, string | null>> = {
  '1.2.840.113549.1.1.11': 'sha256', '1.2.840.113549.1.1.12': 'sha384', '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256', '1.2.840.10045.4.3.3': 'sha384', '1.2.840.10045.4.3.4': 'sha512',
  '1.3.101.112': null,
}

/** What is wrong with a request: it cannot be read, or whoever sent it does not own its key. undefined when all is well. */
export function requestProblem(pem: string): string | undefined {
  try {
    parseRequest(pem)
    const [info, algorithm, signature] = derChildren(readDer(derOf(pem)).node)
    const [oid] = derChildren(algorithm as DerNode)
    const hash = HASH_BY_ALGORITHM[readObjectId(oid as DerNode)]
    if (hash === undefined) return 'x509: cannot verify signature: algorithm unimplemented'
    const [, , key] = derChildren(info as DerNode)
    // The first byte of a bit string counts its unused bits.
    const valid = verify(hash, (info as DerNode).whole, { key: Buffer.from((key as DerNode).whole), format: 'der', type: 'spki' }, (signature as DerNode).body.subarray(1))
    return valid ? undefined : 'x509: signature verification failed'
  } catch (e) {
    return (e as Error).message
  }
}

/** `pem` is a CERTIFICATE REQUEST block. Throws an Error in Go's words. */
export function parseRequest(pem: string): CertificateRequest {
  const [info] = derChildren(readDer(derOf(pem)).node)
  const [, name, , attributes] = derChildren(info as DerNode)
  const subject = new Map<string, string[]>()
  for (const set of derChildren(name as DerNode)) {
    for (const pair of derChildren(set)) {
      const [type, value] = derChildren(pair)
      const key = readObjectId(type as DerNode)
      subject.set(key, [...(subject.get(key) ?? []), readText(value as DerNode)])
    }
  }
  const names = { dnsNames: [] as string[], emailAddresses: [] as string[], uris: [] as string[], ipAddresses: [] as string[] }
  for (const attribute of attributes === undefined ? [] : derChildren(attributes)) {
    const [type, values] = derChildren(attribute)
    if (readObjectId(type as DerNode) !== EXTENSION_REQUEST) continue
    for (const extensions of derChildren(values as DerNode)) {
      for (const extension of derChildren(extensions)) {
        const parts = derChildren(extension)
        if (readObjectId(parts[0] as DerNode) !== ALTERNATIVE_NAMES) continue
        for (const general of derChildren(readDer((parts.at(-1) as DerNode).body).node)) {
          if (general.tag === 0x81) names.emailAddresses.push(readText(general))
          else if (general.tag === 0x82) names.dnsNames.push(readText(general))
          else if (general.tag === 0x86) names.uris.push(readText(general))
          else if (general.tag === 0x87) names.ipAddresses.push(address(general.body))
        }
      }
    }
  }
  return { subject, ...names }
}

function address(bytes: Uint8Array): string {
  if (bytes.length === 4) return [...bytes].join('.')
  const groups: string[] = []
  for (let i = 0; i < bytes.length; i += 2) groups.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16))
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1)
}
