import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import type { ByteLink } from '../byte-link'
import { SpdyConnection, type SpdyStream } from './connection'
import { spdyDictionary } from './dictionary'
import { frameBytes, FrameReader, type Frame } from './frames'
import { HeaderReader, HeaderWriter } from './headers'

/** Two sides that talk to each other, in pieces of the given size. */
function joined(opened: (stream: SpdyStream) => void, pieceBytes = Infinity): { client: SpdyConnection; server: SpdyConnection } {
  const sides: { client?: SpdyConnection; server?: SpdyConnection } = {}
  const linkTo = (to: () => SpdyConnection | undefined): ByteLink => ({
    send: bytes => queueMicrotask(() => {
      for (let at = 0; at < bytes.length; at += pieceBytes) to()?.receive(bytes.subarray(at, at + Math.min(pieceBytes, bytes.length)))
    }),
    close: () => queueMicrotask(() => to()?.lost()),
    pause: () => {},
    resume: () => {},
  })
  sides.client = new SpdyConnection(linkTo(() => sides.server), { client: true })
  sides.server = new SpdyConnection(linkTo(() => sides.client), { client: false, opened })
  return { client: sides.client, server: sides.server }
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; turns < 5_000 && !condition(); turns++) await new Promise<void>(done => setTimeout(done, turns < 20 ? 0 : 1))
}

async function echo(stream: SpdyStream): Promise<void> {
  stream.write(Buffer.from(`${stream.headers['name']}:`))
  for await (const chunk of stream.incoming) stream.write(chunk)
  stream.end()
}

describe('a SPDY connection', () => {
  it('knows the dictionary that everybody knows', () => {
    let [a, b] = [1, 0]
    for (const byte of spdyDictionary()) b = (b + (a = (a + byte) % 65521)) % 65521
    expect([spdyDictionary().length, ((b << 16) | a) >>> 0]).toEqual([1423, 0xe3c6a7c2])
  })

  it.each([Infinity, 1, 7])('carries streams beside each other, in pieces of %d bytes', async pieceBytes => {
    const { client } = joined(stream => void echo(stream), pieceBytes)
    const texts = await Promise.all([...Array(20).keys()].map(async n => {
      const stream = client.open({ name: `n${n}`, streamtype: 'data' })
      await stream.replied
      stream.write(Buffer.from('x'.repeat(n * 10)))
      stream.end()
      return textOf(stream.incoming)
    }))
    expect(texts).toEqual([...Array(20).keys()].map(n => `n${n}:${'x'.repeat(n * 10)}`))
  })

  it('ends the streams when the link breaks off', async () => {
    const { client, server } = joined(() => {})
    const stream = client.open({ name: 'a' })
    await stream.replied
    server.close()
    expect(await textOf(stream.incoming)).toBe('')
  })

  it('reads what came before the end', async () => {
    const sent: Buffer[] = []
    const other = new SpdyConnection({ send: bytes => void sent.push(Buffer.from(bytes)), close: () => {}, pause: () => {}, resume: () => {} }, { client: true })
    const stream = other.open({ name: 'a' })
    stream.write(Buffer.from('all of it'))
    const taken: Promise<string>[] = []
    const server = new SpdyConnection({ send: () => {}, close: () => {}, pause: () => {}, resume: () => {} }, { client: false, opened: s => void taken.push(textOf(s.incoming)) })
    server.receive(Buffer.concat(sent))
    server.lost()
    await until(() => taken.length === 1)
    expect(await taken[0]).toBe('all of it')
  })

  it('reads headers that are packed with the dictionary, block after block', async () => {
    const { createDeflate } = process.getBuiltinModule('node:zlib')
    const deflate = createDeflate({ dictionary: spdyDictionary() })
    const chunks: Buffer[] = []
    deflate.on('data', chunk => chunks.push(chunk as Buffer))
    const plain = (text: string): Buffer => Buffer.concat([Buffer.from([0, 0, 0, 1, 0, 0, 0, 4]), Buffer.from('host'), Buffer.from([0, 0, 0, text.length]), Buffer.from(text)])
    const reader = new HeaderReader()
    for (const text of ['first', 'second']) {
      deflate.write(plain(text))
      await new Promise<void>(done => deflate.flush(2, () => done()))
      expect(await reader.read(Buffer.concat(chunks.splice(0)))).toEqual({ host: text })
    }
    await expect(reader.read(Buffer.from('no zlib at all'))).rejects.toThrow()
  })

  it('writes what it reads', async () => {
    const headers = fc.dictionary(fc.string({ minLength: 1 }).map(s => s.toLowerCase()).filter(s => s === s.toLowerCase() && s !== '__proto__'), fc.string().map(s => s.replaceAll('\0', '')))
    await fc.assert(fc.asyncProperty(fc.array(headers, { maxLength: 4 }), async blocks => {
      const writer = new HeaderWriter()
      const reader = new HeaderReader()
      for (const block of blocks) expect({ ...(await reader.read(writer.write(block))) }).toEqual({ ...block })
      reader.close()
    }), { numRuns: 50 })
  })

  it('cuts frames as they were put together, wherever the bytes break', () => {
    const id = fc.integer({ min: 0, max: 0x7fffffff })
    const block = fc.uint8Array({ maxLength: 50 })
    const frame: fc.Arbitrary<Exclude<Frame, { kind: 'other' }>> = fc.oneof(
      fc.record({ kind: fc.constant('data' as const), id, fin: fc.boolean(), data: block }),
      fc.record({ kind: fc.constant('syn-stream' as const), id, fin: fc.boolean(), unidirectional: fc.boolean(), block }),
      fc.record({ kind: fc.constantFrom('syn-reply' as const, 'headers' as const), id, fin: fc.boolean(), block }),
      fc.record({ kind: fc.constant('rst-stream' as const), id, status: id }),
      fc.record({ kind: fc.constant('ping' as const), id }),
      fc.record({ kind: fc.constant('goaway' as const), lastId: id, status: id }),
      fc.record({ kind: fc.constant('window-update' as const), id, delta: id }),
    )
    fc.assert(fc.property(fc.array(frame, { maxLength: 6 }), fc.integer({ min: 1, max: 20 }), (frames, size) => {
      const bytes = Buffer.concat(frames.map(frameBytes))
      const reader = new FrameReader()
      const found: Frame[] = []
      for (let at = 0; at < bytes.length; at += size) {
        reader.push(bytes.subarray(at, at + size))
        for (let next = reader.next(); next !== undefined; next = reader.next()) found.push(next)
      }
      const plain = (f: Frame): unknown => JSON.parse(JSON.stringify(f, (_, v) => (v instanceof Uint8Array ? [...v] : v?.type === 'Buffer' ? v.data : v)))
      expect(found.map(plain)).toEqual(frames.map(plain))
    }))
  })

  it('closes on bytes that mean nothing, and never fails', async () => {
    const piece = fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.tuple(fc.integer({ min: 0, max: 12 }), fc.uint8Array({ maxLength: 40 })).map(([type, body]) => Uint8Array.from([0x80, 3, 0, type, 0, 0, 0, body.length, ...body])))
    await fc.assert(fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async pieces => {
      let closed = 0
      const link: ByteLink = { send: () => {}, close: () => {}, pause: () => {}, resume: () => {} }
      const spdy = new SpdyConnection(link, { client: false, opened: stream => void echo(stream), closed: () => closed++ })
      for (const bytes of pieces) spdy.receive(bytes)
      await new Promise<void>(done => setImmediate(done))
      spdy.lost()
      await until(() => closed > 0)
      expect(closed).toBe(1)
    }), { numRuns: 300 })
  })
})
