/** Header blocks: one zlib stream a direction, over all frames of a connection. */
import type { Inflate } from 'node:zlib'
import { spdyDictionary } from './dictionary'
import { FrameError } from './frames'

/** Names in small letters. */
export type Headers = Readonly<Record<string, string>>

/** A block that unpacks to more is an attack. */
const MAX_UNPACKED_BYTES = 256 * 1024

/** Unpacks one block after another. */
export class HeaderReader {
  private readonly inflate: Inflate
  private chunks: Buffer[] = []
  private bytes = 0
  private fail: ((error: Error) => void) | undefined
  private broken: Error | undefined

  constructor() {
    this.inflate = process.getBuiltinModule('node:zlib').createInflate({ dictionary: spdyDictionary() })
    this.inflate.on('data', (chunk: Buffer) => {
      this.bytes += chunk.length
      if (this.bytes > MAX_UNPACKED_BYTES) return this.breakWith(new FrameError('headers that are too long'))
      this.chunks.push(chunk)
    })
    this.inflate.on('error', e => this.breakWith(new FrameError(e.message)))
    // What is packed goes on as long as the connection.
    this.inflate.on('end', () => this.breakWith(new FrameError('headers that have ended')))
    this.inflate.on('close', () => this.breakWith(new FrameError('closed')))
  }

  private breakWith(error: Error): void {
    this.broken ??= error
    this.inflate.destroy()
    this.fail?.(this.broken)
  }

  /** Throws FrameError. One block at a time. */
  async read(block: Uint8Array): Promise<Headers> {
    if (this.broken !== undefined) throw this.broken
    this.chunks = []
    this.bytes = 0
    await new Promise<void>((done, failed) => {
      this.fail = failed
      this.inflate.write(block)
      this.inflate.flush(() => done())
    })
    return parsed(Buffer.concat(this.chunks))
  }

  close(): void {
    this.breakWith(new FrameError('closed'))
  }
}

function parsed(bytes: Buffer): Headers {
  let at = 0
  const number = (): number => {
    if (at + 4 > bytes.length) throw new FrameError('headers that break off')
    at += 4
    return bytes.readUInt32BE(at - 4)
  }
  const text = (): string => {
    const length = number()
    if (at + length > bytes.length) throw new FrameError('headers that break off')
    at += length
    return bytes.toString('utf8', at - length, at)
  }
  const headers: Record<string, string> = Object.create(null)
  for (let left = number(); left > 0; left--) {
    const name = text().toLowerCase()
    // Values of one name stand behind each other.
    headers[name] = text().split('\0')[0] as string
  }
  return headers
}

/** An empty block: Go's reader hands over what it has only when it meets one. */
const FLUSH = Buffer.from([0, 0, 0, 0xff, 0xff])

/** Writes blocks that are stored as they are: the few bytes of a stream's headers are not worth packing. */
export class HeaderWriter {
  private begun = false

  write(headers: Headers): Buffer {
    const names = Object.keys(headers)
    const plain = Buffer.concat([uint32(names.length), ...names.flatMap(name => [counted(name), counted(headers[name] as string)])])
    const length = Buffer.alloc(5)
    length.writeUInt16LE(plain.length, 1)
    length.writeUInt16LE(~plain.length & 0xffff, 3)
    const head = this.begun ? Buffer.alloc(0) : Buffer.from([0x78, 0x01])
    this.begun = true
    return Buffer.concat([head, length, plain, FLUSH])
  }
}

function uint32(n: number): Buffer {
  const out = Buffer.alloc(4)
  out.writeUInt32BE(n)
  return out
}

function counted(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8')
  return Buffer.concat([uint32(bytes.length), bytes])
}
