/** Reads a PKCS #10 certificate request: subject, alternative names, and whether its signature is right. upstream: crypto/x509 ParseCertificateRequest, by RFC 2986 */
import { verify } from 'node:crypto'

export interface CertificateRequest {
  /** Values by attribute type, `2.5.4.3` (common name) and so on, in order. */
  readonly subject: ReadonlyMap<string, readonly string[]>
  readonly dnsNames: readonly string[]
  readonly emailAddresses: readonly string[]
  readonly uris: readonly string[]
  readonly ipAddresses: readonly string[]
}

interface Node {
  readonly tag: number
  readonly body: Uint8Array
}

/** One DER value and what follows it. */
function readNode(bytes: Uint8Array, at: number): { node: Node; next: number } {
  const tag = bytes[at]
  let length = bytes[at + 1]
  if (tag === undefined || length === undefined) throw new Error('asn1: syntax error: truncated tag or length')
  let start = at + 2
  if (length >= 0x80) {
    const count = length & 0x7f
    length = 0
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[start++] ?? 0)
  }
  if (start + length > bytes.length) throw new Error('asn1: syntax error: data truncated')
  return { node: { tag, body: bytes.subarray(start, start + length) }, next: start + length }
}

function children({ body }: Node): Node[] {
  const out: Node[] = []
  for (let at = 0; at < body.length;) {
    const { node, next } = readNode(body, at)
    out.push(node)
    at = next
  }
  return out
}

function objectId({ body }: Node): string {
  const numbers: number[] = []
  let value = 0
  for (const byte of body) {
    value = value * 128 + (byte & 0x7f)
    if (byte >= 0x80) continue
    if (numbers.length === 0) numbers.push(Math.min(2, Math.floor(value / 40)), value - 40 * Math.min(2, Math.floor(value / 40)))
    else numbers.push(value)
    value = 0
  }
  return numbers.join('.')
}

const utf8 = (node: Node): string => Buffer.from(node.body).toString('utf8')

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
    const [info, algorithm, signature] = elements(readNode(derOf(pem), 0).node)
    const [oid] = children((algorithm as Element).node)
    const hash = HASH_BY_ALGORITHM[objectId(oid as Node)]
    if (hash === undefined) return 'x509: cannot verify signature: algorithm unimplemented'
    const [, , key] = elements((info as Element).node)
    // The first byte of a bit string counts its unused bits.
    const valid = verify(hash, (info as Element).whole, { key: Buffer.from((key as Element).whole), format: 'der', type: 'spki' }, (signature as Element).node.body.subarray(1))
    return valid ? undefined : 'x509: signature verification failed'
  } catch (e) {
    return (e as Error).message
  }
}

interface Element {
  readonly node: Node
  /** With its tag and length. */
  readonly whole: Uint8Array
}

function elements({ body }: Node): Element[] {
  const out: Element[] = []
  for (let at = 0; at < body.length;) {
    const { node, next } = readNode(body, at)
    out.push({ node, whole: body.subarray(at, next) })
    at = next
  }
  return out
}

/** `pem` is a CERTIFICATE REQUEST block. Throws an Error in Go's words. */
export function parseRequest(pem: string): CertificateRequest {
  const [info] = children(readNode(derOf(pem), 0).node)
  const [, name, , attributes] = children(info as Node)
  const subject = new Map<string, string[]>()
  for (const set of children(name as Node)) {
    for (const pair of children(set)) {
      const [type, value] = children(pair)
      const key = objectId(type as Node)
      subject.set(key, [...(subject.get(key) ?? []), utf8(value as Node)])
    }
  }
  const names = { dnsNames: [] as string[], emailAddresses: [] as string[], uris: [] as string[], ipAddresses: [] as string[] }
  for (const attribute of attributes === undefined ? [] : children(attributes)) {
    const [type, values] = children(attribute)
    if (objectId(type as Node) !== EXTENSION_REQUEST) continue
    for (const extensions of children(values as Node)) {
      for (const extension of children(extensions)) {
        const parts = children(extension)
        if (objectId(parts[0] as Node) !== ALTERNATIVE_NAMES) continue
        for (const general of children(readNode((parts.at(-1) as Node).body, 0).node)) {
          if (general.tag === 0x81) names.emailAddresses.push(utf8(general))
          else if (general.tag === 0x82) names.dnsNames.push(utf8(general))
          else if (general.tag === 0x86) names.uris.push(utf8(general))
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
