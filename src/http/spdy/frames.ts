/** Frames of SPDY/3.1, from bytes and to bytes. upstream: moby/spdystream/spdy, SPDY Protocol draft 3.1 */

export type Frame =
  | { readonly kind: 'data'; readonly id: number; readonly fin: boolean; readonly data: Uint8Array }
  | { readonly kind: 'syn-stream'; readonly id: number; readonly fin: boolean; readonly unidirectional: boolean; readonly block: Uint8Array }
  | { readonly kind: 'syn-reply' | 'headers'; readonly id: number; readonly fin: boolean; readonly block: Uint8Array }
  | { readonly kind: 'rst-stream'; readonly id: number; readonly status: number }
  | { readonly kind: 'ping'; readonly id: number }
  | { readonly kind: 'goaway'; readonly lastId: number; readonly status: number }
  | { readonly kind: 'window-update'; readonly id: number; readonly delta: number }
  /** Settings and what later versions may bring: read and left alone. */
  | { readonly kind: 'other' }

/** The other side does not speak SPDY/3.1. */
export class FrameError extends Error {}

const HEAD_BYTES = 8
const VERSION = 3
const CONTROL = 0x80
const FIN = 0x01
const UNIDIRECTIONAL = 0x02
const ID_MASK = 0x7fffffff
/** Control frames carry headers and numbers: one that is larger is none. */
const MAX_CONTROL_BYTES = 256 * 1024

/** Cuts what arrives into frames. */
export class FrameReader {
  private chunks: Buffer[] = []
  private length = 0

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.chunks.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    this.length += bytes.length
  }

  /** The next frame that is there as a whole. Throws FrameError. */
  next(): Frame | undefined {
    if (this.length < HEAD_BYTES) return undefined
    const head = this.joined(HEAD_BYTES)
    const size = head.readUIntBE(5, 3)
    const isControl = ((head[0] as number) & CONTROL) !== 0
    if (isControl && (head.readUInt16BE(0) & 0x7fff) !== VERSION) throw new FrameError(`version ${head.readUInt16BE(0) & 0x7fff} is not spoken`)
    if (isControl && size > MAX_CONTROL_BYTES) throw new FrameError(`a control frame of ${size} bytes`)
    if (this.length < HEAD_BYTES + size) return undefined
    const whole = this.joined(HEAD_BYTES + size)
    const body = whole.subarray(HEAD_BYTES, HEAD_BYTES + size)
    const rest = whole.subarray(HEAD_BYTES + size)
    this.chunks[0] = rest
    if (rest.length === 0) this.chunks.shift()
    this.length -= HEAD_BYTES + size
    const flags = whole[4] as number
    if (!isControl) return { kind: 'data', id: whole.readUInt32BE(0), fin: (flags & FIN) !== 0, data: body }
    return controlFrame(whole.readUInt16BE(2), flags, body)
  }

  /** The first chunk, with at least so many bytes in it. */
  private joined(atLeast: number): Buffer {
    const first = this.chunks[0] as Buffer
    if (first.length >= atLeast) return first
    const whole = Buffer.concat(this.chunks)
    this.chunks = [whole]
    return whole
  }
}

function controlFrame(type: number, flags: number, body: Buffer): Frame {
  const atLeast = (bytes: number): void => {
    if (body.length < bytes) throw new FrameError(`a frame of type ${type} with ${body.length} bytes`)
  }
  const fin = (flags & FIN) !== 0
  switch (type) {
    case 1:
      atLeast(10)
      return { kind: 'syn-stream', id: idAt(body, 0), fin, unidirectional: (flags & UNIDIRECTIONAL) !== 0, block: body.subarray(10) }
    case 2:
    case 8:
      atLeast(4)
      return { kind: type === 2 ? 'syn-reply' : 'headers', id: idAt(body, 0), fin, block: body.subarray(4) }
    case 3:
      atLeast(8)
      return { kind: 'rst-stream', id: idAt(body, 0), status: body.readUInt32BE(4) }
    case 6:
      atLeast(4)
      return { kind: 'ping', id: body.readUInt32BE(0) }
    case 7:
      atLeast(8)
      return { kind: 'goaway', lastId: idAt(body, 0), status: body.readUInt32BE(4) }
    case 9:
      atLeast(8)
      return { kind: 'window-update', id: idAt(body, 0), delta: idAt(body, 4) }
    default:
      return { kind: 'other' }
  }
}

const idAt = (body: Buffer, at: number): number => (body.readUInt32BE(at) & ID_MASK) >>> 0

/** The frame as it goes over the wire. */
export function frameBytes(frame: Exclude<Frame, { kind: 'other' }>): Buffer {
  switch (frame.kind) {
    case 'data': {
      const head = Buffer.alloc(HEAD_BYTES)
      head.writeUInt32BE(frame.id, 0)
      head.writeUInt8(frame.fin ? FIN : 0, 4)
      head.writeUIntBE(frame.data.length, 5, 3)
      return Buffer.concat([head, frame.data])
    }
    case 'syn-stream':
      return control(1, (frame.fin ? FIN : 0) | (frame.unidirectional ? UNIDIRECTIONAL : 0), [frame.id, 0], Buffer.concat([Buffer.alloc(2), frame.block]))
    case 'syn-reply':
      return control(2, frame.fin ? FIN : 0, [frame.id], frame.block)
    case 'headers':
      return control(8, frame.fin ? FIN : 0, [frame.id], frame.block)
    case 'rst-stream':
      return control(3, 0, [frame.id, frame.status])
    case 'ping':
      return control(6, 0, [frame.id])
    case 'goaway':
      return control(7, 0, [frame.lastId, frame.status])
    case 'window-update':
      return control(9, 0, [frame.id, frame.delta])
  }
}

function control(type: number, flags: number, numbers: readonly number[], rest: Uint8Array = new Uint8Array()): Buffer {
  const out = Buffer.alloc(HEAD_BYTES + numbers.length * 4)
  out.writeUInt16BE(0x8000 | VERSION, 0)
  out.writeUInt16BE(type, 2)
  out.writeUInt8(flags, 4)
  out.writeUIntBE(numbers.length * 4 + rest.length, 5, 3)
  numbers.forEach((n, i) => out.writeUInt32BE(n, HEAD_BYTES + i * 4))
  return Buffer.concat([out, rest])
}
