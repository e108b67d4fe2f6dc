/** The cluster's own certificate authority: its certificate, what it signs, and whom a client certificate stands for. Made when first needed. upstream: pkg/controller/certificates/authority, cmd/kubeadm/app/util/pkiutil */
import { Kept } from '../../base/kept'
import { createHash, X509Certificate } from 'node:crypto'
import { der, derBits, derBoolean, derChildren, derInteger, derObjectId, derText, derTime, OCTET_STRING, pemOf, readDer, readObjectId, readPem, SEQUENCE, SET, type DerNode } from '../../base/der'
import { SigningKey } from './signing-key'

const YEAR_MS = 365 * 24 * 3600 * 1000
const CA_YEARS = 10
/** Certificates begin a little in the past, for clocks that are behind. */
const BACKDATE_MS = 5 * 60 * 1000
const COMMON_NAME = '2.5.4.3'
const ORGANIZATION = '2.5.4.10'
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2'
const EXTENSION_REQUEST = '1.2.840.113549.1.9.14'
const OID = { subjectKey: '2.5.29.14', keyUsage: '2.5.29.15', alternativeNames: '2.5.29.17', basicConstraints: '2.5.29.19', authorityKey: '2.5.29.35', extendedKeyUsage: '2.5.29.37' }

/** Bits of KeyUsage by the name that the certificates API gives them, most significant first. */
const KEY_USAGES = ['digital signature', 'content commitment', 'key encipherment', 'data encipherment', 'key agreement', 'cert sign', 'crl sign', 'encipher only', 'decipher only']
const EXTENDED: Readonly<Record<string, string>> = {
  any: '2.5.29.37.0', 'server auth': '1.3.6.1.5.5.7.3.1', 'client auth': '1.3.6.1.5.5.7.3.2', 'code signing': '1.3.6.1.5.5.7.3.3', 'email protection': '1.3.6.1.5.5.7.3.4', 's/mime': '1.3.6.1.5.5.7.3.4',
  'ipsec end system': '1.3.6.1.5.5.7.3.5', 'ipsec tunnel': '1.3.6.1.5.5.7.3.6', 'ipsec user': '1.3.6.1.5.5.7.3.7', timestamping: '1.3.6.1.5.5.7.3.8', 'ocsp signing': '1.3.6.1.5.5.7.3.9', 'microsoft sgc': '1.3.6.1.4.1.311.10.3.3', 'netscape sgc': '2.16.840.1.113730.4.1',
}

/** What the apiserver is called on its machine and inside its cluster. */
export function apiServerNames(): string[] {
  return ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local']
}

export interface SubjectName {
  readonly commonName: string
  readonly organizations: readonly string[]
}

export interface SigningOptions {
  /** Names of the certificates API, `client auth`. */
  readonly usages: readonly string[]
  readonly seconds: number
  readonly nowMs: number
}

/** Whom a client certificate stands for. */
export interface CertificateUser {
  readonly user: string
  readonly groups: readonly string[]
  /** `X509SHA256=…` */
  readonly credentialId: string
}

/** Certificates of clients that are remembered. */
const MAX_KNOWN = 500

export class CertificateAuthority {
  private readonly secret: string
  private made: { readonly key: SigningKey; readonly pem: string; readonly x509: X509Certificate } | undefined

  /**
   * @param secret what all keys of the cluster follow from
   * @param createdMs when the cluster was made: its certificate begins then
   */
  constructor(secret: string, readonly createdMs: () => number) {
    this.secret = `${secret}\0ca`
  }

  private get parts() {
    if (this.made === undefined) {
      const key = new SigningKey(this.secret)
      const pem = this.issue(key, { commonName: 'kubernetes', organizations: [] }, key.publicInfo(), this.createdMs(), this.createdMs() + CA_YEARS * YEAR_MS, caExtensions(key))
      this.made = { key, pem, x509: new X509Certificate(pem) }
    }
    return this.made
  }

  /** PEM. */
  get certificate(): string {
    return this.parts.pem
  }

  /** A key and a certificate for a server at these names and addresses. PEM both. */
  serverPair(names: readonly string[], addresses: readonly string[], nowMs: number): { readonly certificate: string; readonly key: string } {
    const { key } = this.parts
    const own = new SigningKey(`${this.secret}\0server`)
    const general = [...names.map(n => der(0x82, Buffer.from(n))), ...addresses.map(a => der(0x87, addressBytes(a)))]
    const extensions = [...leafExtensions(['digital signature', 'key encipherment', 'server auth'], key), extension(OID.alternativeNames, der(SEQUENCE, ...general))]
    return { certificate: this.issue(key, { commonName: 'kube-apiserver', organizations: [] }, own.publicInfo(), nowMs - BACKDATE_MS, nowMs + YEAR_MS, extensions), key: own.privatePem() }
  }

  /** A key and a certificate for a client. PEM both. */
  clientPair(subject: SubjectName, nowMs: number): { readonly certificate: string; readonly key: string } {
    const { key } = this.parts
    const own = new SigningKey(`${this.secret}\0client\0${subject.commonName}`)
    return { certificate: this.issue(key, subject, own.publicInfo(), nowMs - BACKDATE_MS, nowMs + YEAR_MS, leafExtensions(['digital signature', 'key encipherment', 'client auth'], key)), key: own.privatePem() }
  }

  /** The certificate that answers a PEM request. Throws an Error in Go's words. */
  sign(requestPem: string, { usages, seconds, nowMs }: SigningOptions): string {
    const { key, x509 } = this.parts
    const block = readPem(requestPem)
    if (block?.type !== 'CERTIFICATE REQUEST') throw new Error('PEM block type must be CERTIFICATE REQUEST')
    const [info] = derChildren(readDer(block.bytes).node)
    const [, subject, publicInfo, attributes] = derChildren(info as DerNode)
    const names = alternativeNames(attributes)
    const notBefore = nowMs - BACKDATE_MS
    const notAfter = Math.min(nowMs + seconds * 1000, Date.parse(x509.validTo))
    return this.issue(key, (subject as DerNode).whole, (publicInfo as DerNode).whole, notBefore, notAfter, [...leafExtensions(usages, key), ...(names === undefined ? [] : [extension(OID.alternativeNames, names)])])
  }

  /** Undefined when the certificate is not this authority's, or is not valid at `nowMs`. */
  userOf(pem: string, nowMs: number): CertificateUser | undefined {
    const found = this.users.get(pem, () => this.certified(pem))
    return found !== undefined && nowMs >= found.fromMs && nowMs <= found.toMs ? found.user : undefined
  }

  /** Clients show the same one with every request. */
  private readonly users = new Kept<string, { readonly user: CertificateUser; readonly fromMs: number; readonly toMs: number } | undefined>(MAX_KNOWN)

  private certified(pem: string): { readonly user: CertificateUser; readonly fromMs: number; readonly toMs: number } | undefined {
    let certificate: X509Certificate
    try {
      certificate = new X509Certificate(pem)
    } catch {
      return undefined
    }
    if (!certificate.verify(this.parts.x509.publicKey) || certificate.keyUsage?.includes(EXTENDED['client auth'] as string) !== true) return undefined
    const { commonName, organizations } = subjectOf(certificate.raw)
    return { user: { user: commonName, groups: organizations, credentialId: credentialId(certificate) }, fromMs: Date.parse(certificate.validFrom), toMs: Date.parse(certificate.validTo) }
  }

  /** `X509SHA256=…` */
  credentialId(pem: string): string {
    return credentialId(new X509Certificate(pem))
  }

  private issue(key: SigningKey, subject: SubjectName | Uint8Array, publicInfo: Uint8Array, fromMs: number, toMs: number, extensions: readonly Buffer[]): string {
    const algorithm = der(SEQUENCE, derObjectId(ECDSA_WITH_SHA256))
    const name = subject instanceof Uint8Array ? subject : nameOf(subject)
    const content = [algorithm, nameOf({ commonName: 'kubernetes', organizations: [] }), der(SEQUENCE, derTime(fromMs), derTime(toMs)), name, publicInfo, der(0xa3, der(SEQUENCE, ...extensions))]
    // The serial number follows from what is certified: the same certificate twice is the same certificate.
    const serial = createHash('sha256').update(Buffer.concat(content)).digest().subarray(0, 16)
    serial[0] = (serial[0] as number) & 0x7f
    const info = der(SEQUENCE, der(0xa0, derInteger(Buffer.from([2]))), derInteger(serial), ...content)
    return pemOf('CERTIFICATE', der(SEQUENCE, info, algorithm, derBits(key.signDer(info))))
  }
}

const credentialId = ({ raw }: X509Certificate): string => `X509SHA256=${createHash('sha256').update(raw).digest('hex')}`

function nameOf({ commonName, organizations }: SubjectName): Buffer {
  const part = (type: string, text: string): Buffer => der(SET, der(SEQUENCE, derObjectId(type), derText(text)))
  return der(SEQUENCE, ...organizations.map(o => part(ORGANIZATION, o)), part(COMMON_NAME, commonName))
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return der(SEQUENCE, derObjectId(id), ...(critical ? [derBoolean(true)] : []), der(OCTET_STRING, value))
}

const keyId = (key: SigningKey): Buffer => createHash('sha1').update(key.point).digest()

function caExtensions(key: SigningKey): Buffer[] {
  return [
    extension(OID.keyUsage, keyUsageBits(['digital signature', 'key encipherment', 'cert sign']), true),
    extension(OID.basicConstraints, der(SEQUENCE, derBoolean(true)), true),
    extension(OID.subjectKey, der(OCTET_STRING, keyId(key))),
    extension(OID.alternativeNames, der(SEQUENCE, der(0x82, Buffer.from('kubernetes')))),
  ]
}

function leafExtensions(usages: readonly string[], authority: SigningKey): Buffer[] {
  const extended = usages.flatMap(u => (EXTENDED[u] === undefined ? [] : [derObjectId(EXTENDED[u])]))
  return [
    ...(usages.some(u => KEY_USAGES.includes(normal(u))) ? [extension(OID.keyUsage, keyUsageBits(usages), true)] : []),
    ...(extended.length === 0 ? [] : [extension(OID.extendedKeyUsage, der(SEQUENCE, ...extended))]),
    extension(OID.basicConstraints, der(SEQUENCE), true),
    extension(OID.authorityKey, der(SEQUENCE, der(0x80, keyId(authority)))),
  ]
}

const normal = (usage: string): string => (usage === 'signing' ? 'digital signature' : usage)

function keyUsageBits(usages: readonly string[]): Buffer {
  let bits = 0
  let last = 0
  for (const usage of usages) {
    const at = KEY_USAGES.indexOf(normal(usage))
    if (at < 0) continue
    bits |= 1 << (15 - at)
    last = Math.max(last, at)
  }
  const bytes = last > 7 ? [bits >> 8, bits & 0xff] : [bits >> 8]
  return derBits(Buffer.from(bytes), bytes.length * 8 - 1 - last)
}

/** The subjectAltName that a request asks for. */
function alternativeNames(attributes: DerNode | undefined): Buffer | undefined {
  for (const attribute of attributes === undefined ? [] : derChildren(attributes)) {
    const [type, values] = derChildren(attribute)
    if (type === undefined || values === undefined || readObjectId(type) !== EXTENSION_REQUEST) continue
    for (const extensions of derChildren(values)) {
      for (const one of derChildren(extensions)) {
        const parts = derChildren(one)
        if (readObjectId(parts[0] as DerNode) === OID.alternativeNames) return Buffer.from((parts.at(-1) as DerNode).body)
      }
    }
  }
  return undefined
}

/** Common name and organizations of a certificate. */
function subjectOf(raw: Uint8Array): SubjectName {
  const [info] = derChildren(readDer(raw).node)
  // version, serial number, algorithm, issuer, validity, subject
  const subject = derChildren(info as DerNode)[5] as DerNode
  return readName(subject)
}

function readName(name: DerNode): SubjectName {
  let commonName = ''
  const organizations: string[] = []
  for (const set of derChildren(name)) {
    for (const pair of derChildren(set)) {
      const [type, value] = derChildren(pair) as [DerNode, DerNode]
      const text = Buffer.from(value.body).toString('utf8')
      if (readObjectId(type) === COMMON_NAME) commonName = text
      else if (readObjectId(type) === ORGANIZATION) organizations.push(text)
    }
  }
  return { commonName, organizations }
}


function addressBytes(text: string): Buffer {
  if (!text.includes(':')) return Buffer.from(text.split('.').map(Number))
  const [head = '', tail] = text.split('::')
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').map(g => parseInt(g, 16)))
  const [left, right] = [groups(head), groups(tail ?? '')]
  const all = tail === undefined ? left : [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right]
  return Buffer.from(all.flatMap(g => [g >> 8, g & 0xff]))
}

