/** One SPDY/3.1 connection: streams in both directions over one link of bytes. upstream: moby/spdystream */
import { Flow, type ByteLink, type ByteTaker } from '../byte-link'
import { Pipe } from '../pipe'
import { frameBytes, FrameReader, type Frame } from './frames'
import { HeaderReader, HeaderWriter, type Headers } from './headers'

/** What was received and not read yet, of all streams together. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024
const MAX_DATA_BYTES = 32 * 1024
const MAX_STREAMS = 10_000
const PROTOCOL_ERROR = 1
const INVALID_STREAM = 2
const REFUSED_STREAM = 3
const CANCEL = 5

export interface SpdyStream {
  readonly id: number
  readonly headers: Headers
  /** What the other side sends, until it has nothing more to send. */
  readonly incoming: AsyncIterable<Uint8Array>
  /** Fulfilled when the other side has taken the stream, or never will. */
  readonly replied: Promise<void>
  write(data: Uint8Array): void
  /** Nothing more will be written. */
  end(): void
  reset(): void
}

interface Ends {
  readonly stream: SpdyStream
  readonly pipe: Pipe
  readonly reply: () => void
  mine: boolean
  theirs: boolean
}

export interface SpdyOptions {
  /** Who opened the connection opens streams with odd numbers. */
  readonly client: boolean
  /** A stream that the other side opened. */
  readonly opened?: (stream: SpdyStream) => void
  /** The connection is over. */
  readonly closed?: () => void
}

/** Never throws for what the other side sends: a connection that cannot be understood is closed. */
export class SpdyConnection implements ByteTaker {
  private readonly reader = new FrameReader()
  private readonly headers = new HeaderReader()
  private readonly headersOut = new HeaderWriter()
  private readonly streams = new Map<number, Ends>()
  private readonly flow: Flow
  private nextId: number
  private lastTaken = 0
  private over = false
  private reading = false
  private ended = false

  constructor(
    private readonly link: ByteLink,
    private readonly options: SpdyOptions,
  ) {
    this.flow = new Flow(link, MAX_WAITING_BYTES)
    this.nextId = options.client ? 1 : 2
  }

  /** Opens a stream. */
  open(headers: Headers): SpdyStream {
    const id = this.nextId
    this.nextId += 2
    const stream = this.made(id, headers)
    this.send({ kind: 'syn-stream', id, fin: false, unidirectional: false, block: this.headersOut.write(headers) })
    return stream
  }

  receive(bytes: Uint8Array): void {
    if (this.over) return
    this.reader.push(bytes)
    if (!this.reading) void this.read()
  }

  lost(): void {
    // What came before the end is read to its end.
    if (this.reading) this.ended = true
    else this.finish()
  }

  private finish(): void {
    if (this.over) return
    this.over = true
    this.headers.close()
    for (const { pipe, reply } of this.streams.values()) {
      pipe.end()
      reply()
    }
    this.streams.clear()
    this.options.closed?.()
  }

  /** Says so, and closes the link. */
  close(status = 0): void {
    if (this.over) return
    this.send({ kind: 'goaway', lastId: this.lastTaken, status })
    this.link.close()
    this.finish()
  }

  private send(frame: Exclude<Frame, { kind: 'other' }>): void {
    if (!this.over) this.link.send(frameBytes(frame))
  }

  private async read(): Promise<void> {
    this.reading = true
    try {
      for (let frame = this.reader.next(); frame !== undefined && !this.over; frame = this.reader.next()) {
        // Headers unpack one after another.
        const taking = this.take(frame)
        if (taking !== undefined) await taking
      }
    } catch {
      this.close(PROTOCOL_ERROR)
    }
    this.reading = false
    if (this.ended) this.finish()
  }

  private take(frame: Frame): Promise<void> | undefined {
    switch (frame.kind) {
      case 'data':
        return void this.takeData(frame)
      case 'syn-stream':
        return this.takeStream(frame)
      case 'syn-reply':
      case 'headers':
        return this.headers.read(frame.block).then(() => {
          const ends = this.streams.get(frame.id)
          if (frame.kind === 'syn-reply') ends?.reply()
          if (frame.fin) this.finished(frame.id, 'theirs')
        })
      case 'rst-stream':
        return void this.forget(frame.id)
      case 'ping':
        // Pings of one's own have numbers like one's own streams; nobody waits for them.
        if ((frame.id % 2 === 1) !== this.options.client) this.send(frame)
        return
      case 'goaway':
      case 'window-update':
      case 'other':
        return
    }
  }

  private takeData({ id, fin, data }: Frame & { kind: 'data' }): void {
    const ends = this.streams.get(id)
    if (ends === undefined || ends.theirs) {
      // What was on its way while the stream ended is no mistake.
      if (id > Math.max(this.lastTaken, this.nextId)) this.send({ kind: 'rst-stream', id, status: INVALID_STREAM })
      return
    }
    if (data.length > 0) {
      this.flow.add(data.length)
      ends.pipe.push(data)
    }
    if (fin) this.finished(id, 'theirs')
  }

  private async takeStream({ id, fin, unidirectional, block }: Frame & { kind: 'syn-stream' }): Promise<void> {
    const headers = await this.headers.read(block)
    if (this.over) return
    const isTheirs = (id % 2 === 1) !== this.options.client
    if (!isTheirs || id <= this.lastTaken || id === 0) return this.close(PROTOCOL_ERROR)
    this.lastTaken = id
    if (this.options.opened === undefined || this.streams.size >= MAX_STREAMS) return this.send({ kind: 'rst-stream', id, status: REFUSED_STREAM })
    const stream = this.made(id, headers)
    if (!unidirectional) this.send({ kind: 'syn-reply', id, fin: false, block: this.headersOut.write({}) })
    else this.finished(id, 'mine')
    if (fin) this.finished(id, 'theirs')
    this.options.opened(stream)
  }

  private made(id: number, headers: Headers): SpdyStream {
    const pipe = new Pipe(this.flow.taken)
    let reply = (): void => {}
    const replied = new Promise<void>(done => (reply = done))
    const stream: SpdyStream = {
      id, headers, incoming: pipe, replied,
      write: data => {
        if (this.streams.get(id)?.mine !== false) return
        for (let at = 0; at < data.length; at += MAX_DATA_BYTES) this.send({ kind: 'data', id, fin: false, data: data.subarray(at, at + MAX_DATA_BYTES) })
      },
      end: () => {
        if (this.streams.get(id)?.mine !== false) return
        this.send({ kind: 'data', id, fin: true, data: new Uint8Array() })
        this.finished(id, 'mine')
      },
      reset: () => {
        if (!this.streams.has(id)) return
        this.send({ kind: 'rst-stream', id, status: CANCEL })
        this.forget(id)
      },
    }
    this.streams.set(id, { stream, pipe, reply, mine: false, theirs: false })
    return stream
  }

  private finished(id: number, side: 'mine' | 'theirs'): void {
    const ends = this.streams.get(id)
    if (ends === undefined) return
    ends[side] = true
    if (side === 'theirs') ends.pipe.end()
    if (ends.mine && ends.theirs) this.streams.delete(id)
  }

  private forget(id: number): void {
    const ends = this.streams.get(id)
    this.streams.delete(id)
    ends?.pipe.end()
    ends?.reply()
  }
}
