/** What is said between us and the person's shell: lines go there, commands of kubectl come back, and how each ended. */
import type { Access } from '../../access'
import type { IOStreams } from '../../io-streams'
import type { History } from './history'
import type { Interpreter, ShellHost } from './host'
import { endText, lineText, probeText, restoredText, type Dialect } from './script'
import { assignmentsOf } from './words'

interface World {
  readonly io: IOStreams
  readonly access: Access
  readonly host: ShellHost
}

export interface ConversationOptions {
  readonly dialect: Dialect
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly interactive: boolean
  /** The file that evaluates a line. */
  readonly dot: string
  readonly history?: History
}

/** Commands that stay behind when Ctrl-C ends them, and those that would be a shell in a shell: each is a process. */
const PROCESSES = new Set(['proxy', 'port-forward', 'serve', 'shell'])

/** As `IOStreams.env` and `cwd` of whatever runs within it, and the exit code of the last command. */
export class Conversation {
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  aliases = ''
  status = 0
  /** Set when the shell has ended. */
  code: number | undefined
  private readonly interpreter: Interpreter
  private fields: string[] = []
  private id = 0
  private finished: (() => void) | undefined
  private opening = ''
  /** Ctrl-C for the command that runs in this process. */
  private running: AbortController | undefined

  constructor(private readonly world: World, private readonly options: ConversationOptions) {
    this.env = options.env
    this.cwd = world.io.cwd
    const { command, env, interactive } = options
    world.host.onInterrupt(() => this.interrupted())
    this.interpreter = world.host.interpret({ command, env, cwd: this.cwd, interactive, heard: field => this.heard(field) })
    void this.interpreter.ended.then(code => {
      this.code = code
      this.finished?.()
    })
  }

  /** The exit code of the shell, when it has ended by itself. */
  ended(): Promise<number> {
    return this.interpreter.ended
  }

  /** Tells the shell what it needs to know. */
  async begin(text: string): Promise<void> {
    this.opening = text
    this.interpreter.send(text)
    await this.run(':')
  }

  /** Runs a line to its end. */
  async run(text: string): Promise<void> {
    const { dialect, dot } = this.options
    const done = new Promise<void>(resolve => (this.finished = resolve))
    this.interpreter.send(lineText(dialect, ++this.id, text, this.status, dot))
    await done
    this.finished = undefined
  }

  /** Ends the shell with the code of the last command. */
  async end(): Promise<number> {
    const { status } = this
    this.interpreter.send(endText(status))
    await this.interpreter.ended
    // Some shells forget theirs after Ctrl-C.
    return status
  }

  /** Streams of a command that is run here. */
  streams(interrupt = this.world.io.interrupt): IOStreams {
    const { io } = this.world
    return {
      stdin: io.stdin, stdout: io.stdout, stderr: io.stderr, interrupt, env: this.env, cwd: this.cwd,
      stdinIsTerminal: io.stdinIsTerminal, stdoutIsTerminal: io.stdoutIsTerminal,
      get columns() {
        return io.columns
      },
      ...(io.rawTerminal === undefined ? {} : { rawTerminal: io.rawTerminal.bind(io) }),
      ...(io.terminalSizes === undefined ? {} : { terminalSizes: io.terminalSizes.bind(io) }),
    }
  }

  /** What `kubectl __complete` prints for these words. */
  async completions(words: readonly string[]): Promise<string> {
    let out = ''
    const quiet: IOStreams = { ...this.streams(new AbortController().signal), stdin: { async *[Symbol.asyncIterator]() {} }, stdinIsTerminal: false, stdoutIsTerminal: false, stdout: t => void (out += String(t)), stderr: () => {} }
    await this.world.host.run(['kubectl', '__complete', ...words], quiet)
    return out
  }

  private interrupted(): void {
    this.running?.abort()
    // Such a shell forgets what it has read already.
    if (this.finished !== undefined && this.options.interactive) {
      this.world.io.stdout('\n')
      if (this.options.dialect === 'sh') this.interpreter.send(probeText(this.id))
    }
  }

  private heard(field: string): void {
    this.fields.push(field)
    const [kind, ...rest] = this.fields
    if (kind === 'end' && rest.length === 5) this.take(rest)
    else if (kind === 'again' && rest.length === 1) this.beganAgain(Number(rest[0]))
    else if (kind === 'run' && rest.length > 3 && rest.length === 4 + Number(rest[3])) this.called(rest)
    else return
    this.fields = []
  }

  private take([id, status, cwd, exports, aliases]: string[]): void {
    if (Number(id) !== this.id) return
    // The shell may have heard of Ctrl-C first.
    this.running?.abort()
    this.status = Number(status)
    this.cwd = cwd as string
    this.env = Object.fromEntries(assignmentsOf(exports as string))
    this.aliases = this.options.dialect === 'bash' ? (aliases as string) : (aliases as string).replace(/^(?=\S+=)/gm, 'alias ')
    this.finished?.()
  }

  /** A mistake that ends a script has ended the shell, which begins anew with what it held. */
  private beganAgain(status: number): void {
    this.interpreter.send(`${this.opening}${restoredText()}__kb_end ${this.id} ${status}\n`)
  }

  private called([id, cwd, exports, , program, ...args]: string[]): void {
    const words = args
    const verb = words.find(word => !word.startsWith('-')) ?? ''
    if (PROCESSES.has(verb) || (program === 'kubottle' && words.includes('shell'))) return this.interpreter.answer(`${id} process\n`)
    this.cwd = cwd as string
    this.env = Object.fromEntries(assignmentsOf(exports as string))
    void this.runHere(program as string, words).then(code => {
      // After Ctrl-C nobody waits for it any more, and the next command would take it for its own.
      if (code !== undefined) this.interpreter.answer(`${id} ${code}\n`)
    })
  }

  /** undefined when Ctrl-C has ended it. */
  private async runHere(program: string, words: readonly string[]): Promise<number | undefined> {
    const { io, host } = this.world
    if (program === 'history') return this.showHistory(words)
    const interrupt = (this.running = new AbortController())
    const input = { made: undefined as ReturnType<ShellHost['input']> | undefined }
    const streams = this.streams(interrupt.signal)
    // What a command that was left behind has yet to say is not said.
    let over = false
    const here: IOStreams = Object.defineProperty(
      { ...streams, stdout: (t: string | Uint8Array) => void (over || io.stdout(t)), stderr: (t: string | Uint8Array) => void (over || io.stderr(t)) },
      'stdin', { get: () => (input.made ??= host.input()).stream, enumerable: true },
    )
    try {
      const code = await host.run([program, ...words], here)
      return interrupt.signal.aborted ? undefined : code
    } finally {
      over = true
      input.made?.end()
      this.running = undefined
    }
  }

  private showHistory([count]: readonly string[]): number {
    const lines = this.options.history?.lines ?? []
    const from = count === undefined ? 0 : Math.max(0, lines.length - Number(count))
    for (const [i, line] of lines.entries()) if (i >= from) this.world.io.stdout(`${String(i + 1).padStart(5)}  ${line}\n`)
    return 0
  }
}
