/** What somebody types to a container, handed over as it comes. */

/** Beyond this it waits until the container has taken what came. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024

/**
 * A container that reads all of its input before it does anything keeps what it has, and every piece costs as much as all before it:
 * once so much has come, pieces grow with it, unless nothing more comes for so many turns of the event loop.
 */
const SMALL_BYTES = 256 * 1024
const QUIET_TURNS = 50

export interface Input {
  /** More may come. */
  readonly open: boolean
  /** Waits for the next chunk to be taken, or for the end; at once when it has ended. */
  progress(): Promise<void>
  /** Takes nothing more. */
  stop(): void
}

interface Taker {
  /** What has come since the last call, in one piece. */
  readonly write: (data: Uint8Array) => Promise<void>
  readonly end: () => Promise<void>
}

export const NO_INPUT: Input = { open: false, progress: () => Promise.resolve(), stop: () => {} }

/**
 * Reads ahead: chunks that come while the container is busy are handed over together. A stream that breaks off has ended.
 * @param later fulfilled when the outer world has had its turn
 */
export function feed(stdin: AsyncIterable<Uint8Array>, { write, end }: Taker, later: () => Promise<void>): Input {
  let waiting: Uint8Array[] = []
  let bytes = 0
  let state: 'open' | 'ended' | 'told' = 'open'
  let arrived = (): void => {}
  let taken = (): void => {}
  let room = (): void => {}
  let progress = new Promise<void>(done => (taken = done))
  const iterator = stdin[Symbol.asyncIterator]()

  const read = async (): Promise<void> => {
    for (let next = await iterator.next(); next.done !== true && state === 'open'; next = await iterator.next()) {
      waiting.push(next.value)
      bytes += next.value.length
      arrived()
      if (bytes >= MAX_WAITING_BYTES) await new Promise<void>(done => (room = done))
    }
  }
  let handed = 0
  /** Waits while much comes and more is coming. */
  const collected = async (): Promise<void> => {
    for (let quiet = 0, seen = bytes; handed >= SMALL_BYTES && bytes < Math.min(handed, MAX_WAITING_BYTES) && state === 'open' && quiet < QUIET_TURNS; quiet = bytes === seen ? quiet + 1 : 0, seen = bytes) await later()
  }
  const hand = async (): Promise<void> => {
    for (;;) {
      if (waiting.length === 0 && state === 'open') await new Promise<void>(done => (arrived = done))
      if (state === 'told') return
      if (waiting.length > 0) {
        await collected()
        handed += bytes
        const data = waiting.length === 1 ? (waiting[0] as Uint8Array) : Buffer.concat(waiting)
        waiting = []
        bytes = 0
        room()
        await write(data)
      } else {
        await end()
        state = 'told'
      }
      const told = taken
      progress = new Promise<void>(done => (taken = done))
      told()
    }
  }
  const over = (): void => {
    if (state === 'open') state = 'ended'
    arrived()
  }
  void read().then(over, over)
  // A container that is gone takes nothing more.
  void hand().catch(() => {}).then(() => {
    state = 'told'
    taken()
  })
  return {
    get open() {
      return state !== 'told'
    },
    progress: () => (state === 'told' ? Promise.resolve() : progress),
    stop() {
      state = 'told'
      arrived()
      room()
      void iterator.return?.()?.catch(() => {})
    },
  }
}
