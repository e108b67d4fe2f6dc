/** DER, the encoding of certificates and their requests: values as trees, read and written. upstream: encoding/asn1 (ITU-T X.690) */

/** A value: a tag, and its content. */
export interface DerNode {
  readonly tag: number
  readonly body: Uint8Array
  /** Tag, length and content, as they stood. */
  readonly whole: Uint8Array
}

export const SEQUENCE = 0x30
export const SET = 0x31
export const INTEGER = 0x02
export const BIT_STRING = 0x03
export const OCTET_STRING = 0x04
export const OBJECT_ID = 0x06
export const UTF8_STRING = 0x0c
const BOOLEAN = 0x01
const UTC_TIME = 0x17
const GENERALIZED_TIME = 0x18

/** One value and where what follows it begins. Throws an Error in Go's words. */
export function readDer(bytes: Uint8Array, at = 0): { node: DerNode; next: number } {
  const tag = bytes[at]
  let length = bytes[at + 1]
  if (tag === undefined || length === undefined) throw new Error('asn1: syntax error: truncated tag or length')
  let start = at + 2
  if (length >= 0x80) {
    const count = length & 0x7f
    if (count === 0 || count > 4) throw new Error('asn1: structure error: length too large')
    length = 0
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[start++] ?? 0)
  }
  if (start + length > bytes.length) throw new Error('asn1: syntax error: data truncated')
  return { node: { tag, body: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length) }, next: start + length }
}

/** The values that a sequence or set holds. Throws. */
export function derChildren({ body }: DerNode): DerNode[] {
  const out: DerNode[] = []
  for (let at = 0; at < body.length; ) {
    const { node, next } = readDer(body, at)
    out.push(node)
    at = next
  }
  return out
}

/** `2.5.4.3` */
export function readObjectId({ body }: DerNode): string {
  const numbers: number[] = []
  let value = 0
  for (const byte of body) {
    value = value * 128 + (byte & 0x7f)
    if (byte >= 0x80) continue
    if (numbers.length === 0) {
      const first = Math.min(2, Math.floor(value / 40))
      numbers.push(first, value - 40 * first)
    } else numbers.push(value)
    value = 0
  }
  return numbers.join('.')
}

export const readText = ({ body }: DerNode): string => Buffer.from(body).toString('utf8')

export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const { length } = body
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), body])
  const digits: number[] = []
  for (let n = length; n > 0; n = Math.floor(n / 256)) digits.unshift(n % 256)
  return Buffer.concat([Buffer.from([tag, 0x80 | digits.length, ...digits]), body])
}

/** A positive number from its big-endian bytes. */
export function derInteger(bytes: Uint8Array): Buffer {
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === 0) start++
  const trimmed = bytes.subarray(start)
  return der(INTEGER, (trimmed[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed)
}

export function derObjectId(id: string): Buffer {
  const [a = 0, b = 0, ...rest] = id.split('.').map(Number)
  const bytes: number[] = []
  for (const n of [a * 40 + b, ...rest]) {
    const digits = [n % 128]
    for (let m = Math.floor(n / 128); m > 0; m = Math.floor(m / 128)) digits.unshift((m % 128) | 0x80)
    bytes.push(...digits)
  }
  return der(OBJECT_ID, Buffer.from(bytes))
}

export const derBoolean = (value: boolean): Buffer => der(BOOLEAN, Buffer.from([value ? 0xff : 0]))
export const derText = (text: string): Buffer => der(UTF8_STRING, Buffer.from(text, 'utf8'))
export const derBits = (bytes: Uint8Array, unused = 0): Buffer => der(BIT_STRING, Buffer.from([unused]), bytes)

/** Whole seconds; two digits of the year until 2049, as RFC 5280 has it. */
export function derTime(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')
  return Number(digits.slice(0, 4)) < 2050 ? der(UTC_TIME, Buffer.from(digits.slice(2))) : der(GENERALIZED_TIME, Buffer.from(digits))
}

/** `-----BEGIN CERTIFICATE-----` and so on, 64 characters a line. */
export function pemOf(type: string, bytes: Uint8Array): string {
  const lines = Buffer.from(bytes).toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${type}-----\n${lines.join('\n')}\n-----END ${type}-----\n`
}

/** The first block of a text, whatever its type. */
export function readPem(text: string): { readonly type: string; readonly bytes: Uint8Array } | undefined {
  const block = /-----BEGIN ([^\n-]+)-----\r?\n([\s\S]*?)-----END \1-----/.exec(text)
  return block === null ? undefined : { type: block[1] as string, bytes: Buffer.from((block[2] as string).replace(/^[^\n:]+:.*$/gm, ''), 'base64') }
}
