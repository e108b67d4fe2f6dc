/** Bytes that arrive by themselves, for whoever reads them in his own time. */

export class Pipe implements AsyncIterable<Uint8Array> {
  private readonly waiting: Uint8Array[] = []
  private over = false
  private wake: (() => void) | undefined

  /** `taken` is told how many bytes were read, so that the sender can be held back meanwhile. */
  constructor(private readonly taken: (bytes: number) => void = () => {}) {}

  push(chunk: Uint8Array): void {
    if (this.over) return this.taken(chunk.length)
    this.waiting.push(chunk)
    this.wake?.()
  }

  end(): void {
    this.over = true
    this.wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        for (let chunk = this.waiting.shift(); chunk !== undefined; chunk = this.waiting.shift()) {
          this.taken(chunk.length)
          yield chunk
        }
        if (this.over) return
        await new Promise<void>(wake => (this.wake = wake))
      }
    } finally {
      this.over = true
      for (const chunk of this.waiting.splice(0)) this.taken(chunk.length)
    }
  }
}
