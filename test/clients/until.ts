/** Waits for a condition; what it answers is what the condition answered. Fails with `what` after a generous time. */
export async function until<T>(what: string, condition: () => T | undefined | false | Promise<T | undefined | false>, timeoutMs = 30_000): Promise<T> {
  for (const endMs = Date.now() + timeoutMs; ; ) {
    const found = await condition()
    if (found !== undefined && found !== false) return found
    if (Date.now() > endMs) throw new Error(`still waiting for ${what}`)
    await new Promise(done => setTimeout(done, 25))
  }
}
