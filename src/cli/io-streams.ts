/** All input and output of a command goes through this. upstream: cli-runtime genericiooptions.IOStreams */
export interface IOStreams {
  readonly stdin: AsyncIterable<Uint8Array>
  /** Text is written as it is, without a line end of its own. */
  stdout(text: string | Uint8Array): void
  stderr(text: string | Uint8Array): void
  readonly stdinIsTerminal: boolean
  readonly stdoutIsTerminal: boolean
  readonly columns: number
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Aborted by Ctrl-C. */
  readonly interrupt: AbortSignal
}
