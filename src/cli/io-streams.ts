/** All input and output of a command goes through this. upstream: cli-runtime genericiooptions.IOStreams */
export interface IOStreams {
  readonly stdin: AsyncIterable<Uint8Array>
  /** Text is written as it is, without a line end of its own. */
  stdout(text: string | Uint8Array): void
  stderr(text: string | Uint8Array): void
  readonly stdinIsTerminal: boolean
  readonly stdoutIsTerminal: boolean
  readonly columns: number
  /** Keys come one by one and unechoed until the function that is returned is called. Only where stdin is a terminal. */
  rawTerminal?(): () => void
  /** The terminal's size, now and whenever it changes. */
  terminalSizes?(): AsyncIterable<{ readonly width: number; readonly height: number }>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Aborted by Ctrl-C. */
  readonly interrupt: AbortSignal
}
