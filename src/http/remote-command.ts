/** What WebSockets and SPDY share of a command's streams: which are wanted, and how its end is told. upstream: apimachinery/pkg/util/remotecommand, cri-streaming's remotecommand */
import { StatusError } from '../base/status'
import type { Connection, ConnectOptions } from '../client/client'

export interface Wanted {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly tty: boolean
}

/** Whatever is no `false` and no `0` is true. upstream: apimachinery/pkg/runtime Convert_Slice_string_To_bool */
const flag = (text: string | null): boolean => text !== null && text !== '0' && text.toLowerCase() !== 'false'

/** A terminal has one output. */
export function wantedOf(query: URLSearchParams): Wanted {
  const tty = flag(query.get('tty'))
  return { stdin: flag(query.get('stdin')), stdout: flag(query.get('stdout')), stderr: flag(query.get('stderr')) && !tty, tty }
}

/** Why no stream at all is none. */
export const NOTHING_WANTED = 'you must specify at least 1 of stdin, stdout, stderr'

export const queryOf = (query: URLSearchParams, { tty }: Wanted): ConnectOptions['query'] => ({ container: query.get('container') ?? '', command: query.getAll('command'), tty: String(tty) })

const AGAIN = 'Internal error occurred: '
const ENDED = 'command terminated'

/** How the command ended, as a meta.v1.Status. */
export function endStatus({ exitCode, message = '' }: Connection): object {
  if (message === '') return { metadata: {}, status: 'Success' }
  if (!message.startsWith(ENDED)) return internalStatus(message)
  const causes = [{ reason: 'ExitCode', message: String(exitCode) }]
  return { metadata: {}, status: 'Failure', message: `command terminated with non-zero exit code: ${message}`, reason: 'NonZeroExitCode', details: { causes } }
}

export function failureStatus(error: unknown): object {
  if (error instanceof StatusError) return error.status
  return internalStatus(`${AGAIN}${error instanceof Error ? error.message : String(error)}`)
}

const internalStatus = (message: string): object => ({
  metadata: {}, status: 'Failure', message, reason: 'InternalError', details: { causes: [{ message: message.startsWith(AGAIN) ? message.slice(AGAIN.length) : message }] }, code: 500,
})

const TWICE = AGAIN + AGAIN

/** The older protocols lead to the kubelet itself: nobody on the way wraps its failures once more. */
export function withoutTranslator(status: object): object {
  const { message = '' } = status as { message?: string }
  return message.startsWith(TWICE) ? { ...status, message: message.slice(AGAIN.length), details: { causes: [{ message: message.slice(TWICE.length) }] } } : status
}

/** What clients of the oldest protocols are told instead: nothing of a success, else the words alone. */
export const statusWords = (status: object): string => (status as { message?: string }).message ?? ''

/** Sizes of a terminal, one JSON object after another. What is none is left out. */
export async function* sizesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<{ width: number; height: number }> {
  let text = ''
  for await (const chunk of bytes) {
    text += Buffer.from(chunk).toString('latin1')
    const whole = text.lastIndexOf('}') + 1
    for (const [found] of text.slice(0, whole).matchAll(/\{[^{}]*\}/g)) {
      const size = sizeIn(found)
      if (size !== undefined) yield size
    }
    text = text.slice(whole).slice(-1_000)
  }
}

function sizeIn(text: string): { width: number; height: number } | undefined {
  try {
    const { Width, Height, width = Width, height = Height } = JSON.parse(text) as Record<string, unknown>
    return Number.isInteger(width) && Number.isInteger(height) && (width as number) > 0 && (height as number) > 0 ? { width: width as number, height: height as number } : undefined
  } catch {
    return undefined
  }
}
