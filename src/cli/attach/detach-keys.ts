/** The keys that end an attached terminal's input and leave the container running. upstream: moby/term ascii.go, proxy.go */
import { UsageError } from '../../base/errors'
import type { ConnectOptions } from '../../client/client'

/** `ctrl-@` is 0, `ctrl-a` 1, … */
const CONTROL = '@abcdefghijklmnopqrstuvwxyz[\\]^_'

/** `ctrl-p,ctrl-q`, `~,.`, `DEL` as bytes. Throws UsageError. */
export function detachSequence(text: string): Uint8Array {
  const bytes = text.split(',').map(key => {
    if (key.length === 1) return key.charCodeAt(0)
    if (key === 'DEL') return 127
    const code = key.length === 6 && key.startsWith('ctrl-') ? CONTROL.indexOf(key[5] as string) : -1
    if (code < 0) throw new UsageError(`could not bind detach keys: Unknown character: '${key}'`)
    return code
  })
  return Uint8Array.from(bytes)
}

/** The streams of an attached terminal, whose input ends at the keys; no keys are the default ones. Throws UsageError. */
export function detachable<T extends Omit<ConnectOptions, 'query'>>(streams: T, tty: boolean, keys: string): T {
  if (!tty || streams.stdin === undefined) return streams
  return { ...streams, stdin: untilDetached(streams.stdin, detachSequence(keys || 'ctrl-p,ctrl-q')) }
}

/** The input up to the sequence. A part of the sequence is held back until it is known not to become one. */
export async function* untilDetached(stdin: AsyncIterable<Uint8Array>, sequence: Uint8Array): AsyncGenerator<Uint8Array> {
  let met = 0
  for await (const chunk of stdin) {
    const out: number[] = []
    for (const byte of chunk) {
      if (byte === sequence[met]) {
        met++
        if (met === sequence.length) {
          if (out.length > 0) yield Uint8Array.from(out)
          return
        }
        continue
      }
      out.push(...sequence.subarray(0, met))
      met = byte === sequence[0] ? 1 : 0
      if (met === 0) out.push(byte)
    }
    if (out.length > 0) yield Uint8Array.from(out)
  }
  if (met > 0) yield sequence.subarray(0, met)
}
