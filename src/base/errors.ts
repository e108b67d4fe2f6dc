/** The kinds of failure besides the API's StatusError: a wrong command line, a server that is not reached, and our own bug. */

/** The command line is wrong; the text is kubectl's own and goes to stderr as it is (prefixed `error: `). */
export class UsageError extends Error {
  constructor(message: string, readonly exitCode = 1) {
    super(message)
    this.name = 'UsageError'
  }
}

/** A failure with an exit code whose message (possibly empty) is already in its final form: printed without `error: `. */
export class ExitError extends Error {
  constructor(message: string, readonly exitCode: number) {
    super(message)
    this.name = 'ExitError'
  }
}

/** The server could not be reached. upstream: url.Error */
export class ConnectionError extends Error {
  constructor(readonly host: string, readonly reason: string) {
    super(reason)
    this.name = 'ConnectionError'
  }
}

/** A reconcile that must not be retried until its object changes. upstream: controller-runtime reconcile.TerminalError */
export class TerminalError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'TerminalError'
  }
}

/** States what must hold; a failure is a bug of kubottle, never the user's mistake. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`kubottle bug: ${message}`)
}
