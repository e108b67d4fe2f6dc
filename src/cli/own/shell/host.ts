/** What an interactive shell needs of this machine, injected by bin/: the terminal's keys, signals, and an interpreter of the person's. */
import type { IOStreams } from '../../io-streams'
import type { Key } from './keys'

/** A shell of this machine that runs line after line as one process. */
export interface Interpreter {
  /** Text that it reads as its script. */
  send(text: string): void
  /** Text that a function waits for. */
  answer(text: string): void
  /** Its exit code. */
  readonly ended: Promise<number>
}

export interface InterpreterOptions {
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** It reads its script from us, and the terminal is its descriptor 5; else it has our own streams, again as 5, 8 and 9. */
  readonly interactive: boolean
  /** Fields that end with NUL, as they come. */
  heard(field: string): void
}

export interface ShellHost {
  /** Runs a command line within this process and answers its exit code; it never throws. */
  run(argv: readonly string[], io: IOStreams): Promise<number>
  /** Starts a shell. Throws UsageError where there is none. */
  interpret(options: InterpreterOptions): Interpreter
  /** What a program prints and its exit code, -1 where it is not there. For short questions. */
  ask(command: readonly string[]): { readonly code: number; readonly text: string }
  /** Keys come one by one and unechoed until the function that is returned is called. */
  keys(each: (key: Key) => void): () => void
  /** A stdin that may be left before its end and begun again. */
  input(): { readonly stream: AsyncIterable<Uint8Array>; end(): void }
  /** Told of Ctrl-C while keys are not read; whoever listens is not ended by it. */
  onInterrupt(listener: () => void): () => void
  onResize(listener: () => void): () => void
  readonly columns: number
  readonly rows: number
}
