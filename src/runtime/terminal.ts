/** A terminal's line discipline: echo, editing of the line, interrupt, end of input. */
import type { ExecState } from './kernel/state'

export interface TerminalResult {
  /** What the terminal shows. */
  readonly echo: string
  /** ^C was typed. */
  readonly interrupted: boolean
}

/** Takes what was typed (bytes) into `exec.in`, line by line. */
export function typed(exec: ExecState, data: string): TerminalResult {
  const tty = exec.tty as NonNullable<ExecState['tty']>
  let echo = ''
  let interrupted = false
  for (const c of data) {
    switch (c) {
      case '\r':
      case '\n':
        exec.in += `${tty.line}\n`
        tty.line = ''
        echo += '\r\n'
        break
      case '\x03':
        tty.line = ''
        echo += '^C\r\n'
        interrupted = true
        break
      case '\x04':
        // With a line begun it hands it over as it is, else it is the end of input.
        exec.in += tty.line === '' ? '\x04' : tty.line
        tty.line = ''
        break
      case '\x7f':
      case '\b':
        if (tty.line === '') break
        tty.line = tty.line.slice(0, -1)
        echo += '\b \b'
        break
      case '\x15':
        echo += '\b \b'.repeat(tty.line.length)
        tty.line = ''
        break
      default:
        tty.line += c
        echo += c
    }
  }
  return { echo, interrupted }
}
