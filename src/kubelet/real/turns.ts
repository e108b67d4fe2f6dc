/** Connections that last work with the cluster in turns. */
import type { NodeApiParts } from './addressed'

/**
 * For connections that last, several at a time: each waits for its turn, since the cluster works in one transaction, and lets
 * other processes work afterwards; while all wait, time passes once for all, and whoever wants to work ends that wait.
 */
export function createTurns(parts: NodeApiParts): NodeApiParts {
  if (parts.shared) return parts
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work)
    last = mine.catch(() => {})
    return mine
  }
  let waiting: Promise<boolean> | undefined
  let nudge = (): void => {}
  return {
    ...parts,
    exclusively(key, work) {
      nudge()
      return inTurn(() => parts.exclusively(key, work).finally(parts.release))
    },
    passUntil: ms => inTurn(() => parts.passUntil(ms)),
    follow(signal) {
      const wait = parts.follow(signal, () => new Promise<void>(done => (nudge = done)))
      if (wait === undefined) return undefined
      return () => (waiting ??= inTurn(wait).finally(() => (waiting = undefined)))
    },
  }
}
