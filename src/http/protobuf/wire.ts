/** The wire format of protocol buffers: tagged values of four shapes. upstream: protobuf.dev/programming-guides/encoding */

export const PROTOBUF = 'application/vnd.kubernetes.protobuf'

/** A value as it came: a number of 64 bits, or bytes. */
export interface WireField {
  readonly number: number
  readonly value: bigint | Uint8Array
}

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

/** The fields of a message, in their order. Throws an Error in Go's words. */
export function* readFields(bytes: Uint8Array): Generator<WireField> {
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) throw new Error('unexpected EOF')
      if (shift > 63n) throw new Error('proto: integer overflow')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new Error('unexpected EOF')
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const tag = varint()
    const number = Number(tag >> 3n)
    switch (Number(tag & 7n)) {
      case VARINT:
        yield { number, value: varint() }
        break
      case FIXED64:
        yield { number, value: Buffer.from(take(8)).readBigUInt64LE() }
        break
      case BYTES:
        yield { number, value: take(Number(varint())) }
        break
      case FIXED32:
        yield { number, value: BigInt(Buffer.from(take(4)).readUInt32LE()) }
        break
      default:
        throw new Error(`proto: illegal wireType ${Number(tag & 7n)}`)
    }
  }
}
