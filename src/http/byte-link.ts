/** Where a protocol's bytes go: a socket, or a WebSocket that carries them. */

export interface ByteLink {
  send(bytes: Uint8Array): void
  /** After what was sent. */
  close(): void
  /** Asks for nothing more until `resume`. */
  pause(): void
  resume(): void
}

/** What takes the bytes that come the other way. */
export interface ByteTaker {
  receive(bytes: Uint8Array): void
  /** Nothing more will come or can be sent. */
  lost(): void
}

/** Holds back whoever sends faster than what he sends is read. */
export class Flow {
  private bytes = 0
  private paused = false

  constructor(
    private readonly link: Pick<ByteLink, 'pause' | 'resume'>,
    private readonly maxBytes: number,
  ) {}

  add(bytes: number): void {
    this.bytes += bytes
    if (this.paused || this.bytes < this.maxBytes) return
    this.paused = true
    this.link.pause()
  }

  readonly taken = (bytes: number): void => {
    this.bytes -= bytes
    if (!this.paused || this.bytes >= this.maxBytes / 2) return
    this.paused = false
    this.link.resume()
  }
}
