/** Writes messages of protocol buffers from their end to their beginning, so that a length is known when it is written. upstream: gogo/protobuf's MarshalToSizedBuffer */

const FIRST_BYTES = 4096

export class WireWriter {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES)
  /** Where what is written begins. */
  #at = FIRST_BYTES

  /** How much is written: what a message that is begun now must remember. */
  get length(): number {
    return this.#bytes.length - this.#at
  }

  /** A copy of all that was written. */
  finish(): Buffer {
    return Buffer.from(this.#bytes.subarray(this.#at))
  }

  /** An integer; negative ones as 64 bits in two's complement. */
  varint(value: number | bigint): void {
    if (typeof value === 'bigint' || value < 0 || value > 0x7fffffff) return this.#longVarint(BigInt.asUintN(64, typeof value === 'bigint' ? value : BigInt(Math.trunc(value))))
    const size = value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5
    let at = this.#room(size)
    let rest = value
    for (; rest >= 0x80; rest >>>= 7) this.#bytes[at++] = (rest & 0x7f) | 0x80
    this.#bytes[at] = rest
  }

  /** Field and wire type of what was written just before. */
  tag(field: number, wireType: number): void {
    this.varint((field << 3) | wireType)
  }

  bytes(field: number, value: Uint8Array): void {
    this.raw(value)
    this.varint(value.length)
    this.tag(field, 2)
  }

  text(field: number, value: string): void {
    const size = Buffer.byteLength(value)
    // Room first: it may put other bytes in the place of these.
    const at = this.#room(size)
    this.#bytes.write(value, at, size, 'utf8')
    this.varint(size)
    this.tag(field, 2)
  }

  integer(field: number, value: number | bigint): void {
    this.varint(value)
    this.tag(field, 0)
  }

  double(field: number, value: number): void {
    const at = this.#room(8)
    this.#bytes.writeDoubleLE(value, at)
    this.tag(field, 1)
  }

  /** Ends the message whose content was written since `length` was `from`. */
  message(field: number, from: number): void {
    this.varint(this.length - from)
    this.tag(field, 2)
  }

  raw(value: Uint8Array): void {
    const at = this.#room(value.length)
    this.#bytes.set(value, at)
  }

  #longVarint(value: bigint): void {
    const parts: number[] = []
    let rest = value
    for (; rest >= 0x80n; rest >>= 7n) parts.push(Number(rest & 0x7fn) | 0x80)
    parts.push(Number(rest))
    this.raw(Uint8Array.from(parts))
  }

  /** Where the next `size` bytes go. */
  #room(size: number): number {
    if (size > this.#at) {
      const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.length + size))
      const at = grown.length - this.length
      this.#bytes.copy(grown, at, this.#at)
      this.#bytes = grown
      this.#at = at
    }
    return (this.#at -= size)
  }
}
