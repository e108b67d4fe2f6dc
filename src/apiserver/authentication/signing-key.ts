/** An elliptic key (P-256) that follows from a secret, and signatures that follow from key and text, so that the same cluster signs the same bytes. upstream: RFC 6979 */
import { createECDH, createHash, createHmac, createPrivateKey, createPublicKey, verify, type KeyObject } from 'node:crypto'
import { der, derBits, derInteger, derObjectId, SEQUENCE } from '../../base/der'

const CURVE = 'prime256v1'
/** The order of the curve's group. */
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const BYTES = 32

const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
const toBytes = (n: bigint): Buffer => Buffer.from(n.toString(16).padStart(BYTES * 2, '0'), 'hex')

export class SigningKey {
  private readonly d: bigint
  /** Uncompressed: 4, x, y. */
  readonly point: Buffer
  readonly publicKey: KeyObject

  /** @param secret the key is a hash of it: whoever knows it can sign */
  constructor(secret: string) {
    this.d = (toNumber(createHash('sha256').update(secret).digest()) % (N - 1n)) + 1n
    this.point = pointOf(this.d)
    this.publicKey = createPublicKey({ key: this.jwk(), format: 'jwk' })
  }

  private jwk(): { kty: string; crv: string; x: string; y: string } {
    return { kty: 'EC', crv: 'P-256', x: this.point.subarray(1, 33).toString('base64url'), y: this.point.subarray(33).toString('base64url') }
  }

  /** PEM, for a server that speaks TLS with it. */
  privatePem(): string {
    return createPrivateKey({ key: { ...this.jwk(), d: toBytes(this.d).toString('base64url') }, format: 'jwk' }).export({ type: 'sec1', format: 'pem' }) as string
  }

  /** SubjectPublicKeyInfo. */
  publicInfo(): Buffer {
    return der(SEQUENCE, der(SEQUENCE, derObjectId('1.2.840.10045.2.1'), derObjectId('1.2.840.10045.3.1.7')), derBits(this.point))
  }

  /** 64 bytes, r and s: as JSON Web Signatures carry it. */
  sign(data: Uint8Array): Buffer {
    const { r, s } = this.pair(data)
    return Buffer.concat([toBytes(r), toBytes(s)])
  }

  /** As certificates carry it. */
  signDer(data: Uint8Array): Buffer {
    const { r, s } = this.pair(data)
    return der(SEQUENCE, derInteger(toBytes(r)), derInteger(toBytes(s)))
  }

  verify(data: Uint8Array, signature: Uint8Array): boolean {
    return verify('sha256', data, { key: this.publicKey, dsaEncoding: 'ieee-p1363' }, signature)
  }

  private pair(data: Uint8Array): { r: bigint; s: bigint } {
    const digest = createHash('sha256').update(data).digest()
    const z = toNumber(digest)
    for (const k of candidates(toBytes(this.d), toBytes(z % N))) {
      const r = toNumber(pointOf(k).subarray(1, 33)) % N
      const s = (inverse(k) * ((z + r * this.d) % N)) % N
      if (r !== 0n && s !== 0n) return { r, s }
    }
    throw new Error('no signature')
  }
}

function pointOf(k: bigint): Buffer {
  const curve = createECDH(CURVE)
  curve.setPrivateKey(toBytes(k))
  return curve.getPublicKey()
}

/** RFC 6979, 3.2. */
function* candidates(key: Uint8Array, digest: Uint8Array): Generator<bigint> {
  const hmac = (k: Uint8Array, ...parts: readonly Uint8Array[]): Buffer => {
    const h = createHmac('sha256', k)
    for (const p of parts) h.update(p)
    return h.digest()
  }
  let v: Buffer = Buffer.alloc(BYTES, 1)
  let k: Buffer = Buffer.alloc(BYTES, 0)
  for (const mark of [0, 1]) {
    k = hmac(k, v, Buffer.from([mark]), key, digest)
    v = hmac(k, v)
  }
  for (;;) {
    v = hmac(k, v)
    const candidate = toNumber(v)
    if (candidate > 0n && candidate < N) yield candidate
    k = hmac(k, v, Buffer.from([0]))
    v = hmac(k, v)
  }
}

/** By Euclid's algorithm. */
function inverse(k: bigint): bigint {
  let [a, b, x, y] = [k, N, 1n, 0n]
  while (b !== 0n) {
    const q = a / b
    ;[a, b, x, y] = [b, a - q * b, y, x - q * y]
  }
  return ((x % N) + N) % N
}
