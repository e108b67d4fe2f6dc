/** A terminal's size, followed as somebody changes the window. */
import type { ConnectOptions } from '../../client/client'
import type { NodeApiParts } from './addressed'

/** Ends with the sizes, or when stopped. */
export function followSize(id: string, execId: string, sizes: ConnectOptions['resize'], key: string, { exclusively, runtime }: NodeApiParts): { stop(): void } {
  if (sizes === undefined) return { stop: () => {} }
  const iterator = sizes[Symbol.asyncIterator]()
  let stopped = false
  const follow = async (): Promise<void> => {
    for (let next = await iterator.next(); next.done !== true && !stopped; next = await iterator.next()) {
      const { width, height } = next.value
      await exclusively(key, async () => runtime.resizeExec(id, execId, width, height))
    }
  }
  // A window whose size cannot be told any more keeps the last one.
  void follow().catch(() => {})
  return {
    stop() {
      stopped = true
      void iterator.return?.()?.catch(() => {})
    },
  }
}
