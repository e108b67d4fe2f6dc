/** Reads lines from a terminal: editing, history, search, completion, pastes. upstream: readline */
import type { Candidate } from './columns'
import { commonPrefix, listed } from './columns'
import type { History, Walk } from './history'
import { lastWord, searched, walked } from './history'
import type { ShellHost } from './host'
import { meaningOf, type Key, type Meaning } from './keys'
import { layoutOf } from './layout'
import { edited, emptyLine, inserted, replaced, vertical, withText, type Line } from './line'

/** What may stand in the place of a part of the line. */
export interface Completion {
  readonly from: number
  readonly to: number
  readonly candidates: readonly Candidate[]
  /** Of one candidate, the text for the line, with what follows it. */
  textFor(candidate: Candidate, alone: boolean): string
}

export interface EditorOptions {
  readonly host: ShellHost
  readonly history: History
  readonly colours: boolean
  readonly write: (text: string) => void
  complete(text: string, at: number): Promise<Completion | undefined>
  /** Whether the text is the beginning of a command. */
  unfinished(text: string): boolean
}

/** More candidates than this are shown to who asks for them. */
const MANY = 100
const PASTES_MARKED = '\x1b[?2004h'
const PASTES_UNMARKED = '\x1b[?2004l'

/** A line; Ctrl-C, which drops what was typed; Ctrl-D on an empty line. */
export type Typed = { readonly line: string } | 'interrupted' | 'ended'

export function readLine(prompt: string, options: EditorOptions, cut: string): Promise<{ readonly typed: Typed; readonly cut: string }> {
  return new Promise(done => {
    const editor = new Editor(prompt, options, cut, typed => {
      leave()
      unsized()
      options.write(PASTES_UNMARKED)
      done({ typed, cut: editor.cut })
    })
    const unsized = options.host.onResize(() => editor.redraw())
    options.write(PASTES_MARKED)
    const leave = options.host.keys(key => editor.press(key))
    editor.draw()
  })
}

interface Search {
  readonly text: string
  readonly index: number
  readonly failed: boolean
  readonly before: Line
}

class Editor {
  private line: Line
  private walk: Walk | undefined
  private search: Search | undefined
  private undos: Line[] = []
  private pasting = false
  /** The last key was a Tab that changed nothing. */
  private tabbed = false
  private lastWordIndex = 0
  /** Keys that wait for a completion. */
  private waiting: Key[] | undefined
  private question: ((yes: boolean) => void) | undefined
  private drawnRow = 0
  /** What stands there, if the cursor is at its end. */
  private drawn: string | undefined
  private over = false

  constructor(private readonly prompt: string, private readonly options: EditorOptions, cut: string, private readonly finish: (typed: Typed) => void) {
    this.line = emptyLine(cut)
  }

  get cut(): string {
    return this.line.cut
  }

  press(key: Key): void {
    if (this.over) return
    if (this.waiting !== undefined) return void this.waiting.push(key)
    if (this.question !== undefined) return this.answer(key)
    const meaning = meaningOf(key)
    if (this.pasting) return this.pasted(key, meaning)
    if (this.search !== undefined && this.searching(meaning)) return
    this.act(meaning)
  }

  private pasted({ sequence }: Key, meaning: Meaning): void {
    if ('act' in meaning && meaning.act === 'pasteEnd') {
      this.pasting = false
      // A paste that ends with a line end is not run: a person looks at it first.
      return this.draw()
    }
    this.line = inserted(this.line, sequence.replace(/\r\n?/g, '\n').replace(/[\x00-\x08\x0b-\x1f]/g, ''))
  }

  private act(meaning: Meaning): void {
    const tabbed = this.tabbed
    this.tabbed = false
    const before = this.line
    if ('insert' in meaning) this.line = inserted(this.line, meaning.insert)
    else if ('edit' in meaning) this.line = edited(this.line, meaning.edit)
    else {
      this.line = { ...this.line, cutting: false }
      if (this.special(meaning.act, tabbed)) return
    }
    if (!('act' in meaning && meaning.act === 'lastWord')) this.lastWordIndex = 0
    if (before.text !== this.line.text && !('act' in meaning && meaning.act === 'undo')) this.undos.push(before)
    this.draw()
  }

  /** Whether nothing is to be drawn afterwards. */
  private special(act: Extract<Meaning, { act: string }>['act'], tabbed: boolean): boolean {
    const { history, write } = this.options
    switch (act) {
      case 'enter': {
        if (!this.options.unfinished(this.line.text)) return this.end({ line: this.line.text })
        this.line = inserted(withText(this.line, this.line.text), '\n')
        return false
      }
      case 'newline': this.line = inserted(this.line, '\n'); return false
      case 'interrupt': return this.end('interrupted')
      case 'endOrDelete': {
        if (this.line.text === '') return this.end('ended')
        this.line = edited(this.line, 'deleteAhead')
        return false
      }
      case 'complete': void this.complete(tabbed); return true
      case 'previous': case 'next': this.vertically(act === 'previous' ? -1 : 1); return false
      case 'first': case 'last': {
        this.walk ??= { index: history.lines.length, typed: this.line.text }
        const index = act === 'first' ? 0 : history.lines.length
        this.line = withText(this.line, history.lines[index] ?? this.walk.typed)
        this.walk = { ...this.walk, index }
        return false
      }
      case 'search': this.search = { text: '', index: history.lines.length, failed: false, before: this.line }; return false
      case 'lastWord': this.insertLastWord(); return false
      case 'clear': {
        write('\x1b[H\x1b[2J')
        this.drawnRow = 0
        this.drawn = undefined
        return false
      }
      case 'undo': this.line = this.undos.pop() ?? this.line; return false
      case 'pasteStart': this.pasting = true; return true
      default: return false
    }
  }

  private end(typed: Typed): true {
    this.over = true
    this.line = withText(this.line, this.line.text)
    this.search = undefined
    this.draw()
    this.options.write(typed === 'interrupted' ? '^C\r\n' : typed === 'ended' ? 'exit\r\n' : '\r\n')
    this.finish(typed)
    return true
  }

  /** Within a text of several lines first, then through the history. */
  private vertically(by: -1 | 1): void {
    const within = vertical(this.line, by)
    if (within !== undefined && this.walk === undefined) return void (this.line = within)
    const { lines } = this.options.history
    const found = walked(lines, this.walk ?? { index: lines.length, typed: this.line.text }, by)
    if (found === undefined) return
    this.line = withText(this.line, found.text)
    this.walk = found.walk.index === lines.length ? undefined : found.walk
  }

  /** Alt-. puts the last word of the line before, again the one of the line before that. */
  private insertLastWord(): void {
    const { lines } = this.options.history
    const older = lines.at(-1 - this.lastWordIndex)
    if (older === undefined) return
    const line = this.lastWordIndex === 0 ? this.line : (this.undos.at(-1) ?? this.line)
    if (this.lastWordIndex > 0) this.undos.pop()
    this.line = inserted(line, lastWord(older))
    this.lastWordIndex++
  }

  /** Whether the key was one of the search; any other ends it and then does what it does. */
  private searching(meaning: Meaning): boolean {
    const { lines } = this.options.history
    const { text, index, before } = this.search as Search
    const look = (wanted: string, from: number): void => {
      const found = searched(lines, wanted, from)
      this.search = { text: wanted, index: found?.index ?? index, failed: found === undefined && wanted !== '', before }
      if (found !== undefined && wanted !== '') this.line = withText(this.line, lines[found.index] as string, found.at)
    }
    if ('insert' in meaning) look(text + meaning.insert, Math.min(index + 1, lines.length))
    else if ('edit' in meaning && meaning.edit === 'deleteBack') look(text.slice(0, -1), lines.length)
    else if ('act' in meaning && meaning.act === 'search') look(text, index)
    else {
      this.search = undefined
      if (!('act' in meaning) || (meaning.act !== 'escape' && meaning.act !== 'interrupt')) return false
      if (meaning.act === 'interrupt' || meaning.act === 'escape') this.line = meaning.act === 'interrupt' ? before : this.line
    }
    this.draw()
    return true
  }

  private async complete(listing: boolean): Promise<void> {
    this.waiting = []
    try {
      const found = await this.options.complete(this.line.text, this.line.at)
      if (found === undefined || found.candidates.length === 0) this.options.write('\x07')
      else await this.offer(found, listing)
    } finally {
      const keys = this.waiting
      this.waiting = undefined
      this.draw()
      for (const key of keys) this.press(key)
    }
  }

  private async offer(completion: Completion, listing: boolean): Promise<void> {
    const { candidates, from, to } = completion
    const only = candidates.length === 1
    const words = candidates.map(c => completion.textFor(c, only))
    const text = only ? (words[0] as string) : commonPrefix(words)
    if (text !== this.line.text.slice(from, to) && (only || text.length > to - from)) {
      this.undos.push(this.line)
      this.line = replaced(this.line, from, to, text)
      return
    }
    if (!listing) {
      this.options.write('\x07')
      this.tabbed = true
      return
    }
    await this.list(candidates)
    this.tabbed = true
  }

  private async list(candidates: readonly Candidate[]): Promise<void> {
    const { host, write, colours } = this.options
    this.drawAt(this.line.text.length)
    write('\r\n')
    this.drawnRow = 0
    this.drawn = undefined
    if (candidates.length > MANY) {
      write(`Display all ${candidates.length} possibilities? (y or n)`)
      const yes = await this.ask()
      write('\r\n')
      if (!yes) return
    }
    for (const row of listed(candidates, host.columns, colours)) write(`${row}\r\n`)
  }

  /** Keys are let through for the answer alone. */
  private ask(): Promise<boolean> {
    const kept = this.waiting ?? []
    this.waiting = undefined
    return new Promise(done => {
      this.question = yes => {
        this.question = undefined
        this.waiting = kept
        done(yes)
      }
    })
  }

  private answer({ name, sequence, ctrl }: Key): void {
    if (/^[yY ]$/.test(sequence) || name === 'tab') this.question?.(true)
    else if (/^[nN]$/.test(sequence) || ctrl || name === 'return' || name === 'backspace' || name === 'escape') this.question?.(false)
  }

  /** On a terminal whose size has changed. */
  redraw(): void {
    this.drawn = undefined
    this.draw()
  }

  draw(): void {
    if (this.pasting || this.question !== undefined) return
    this.drawAt(this.line.at)
  }

  private drawAt(at: number): void {
    const { host, write } = this.options
    const prompt = this.search === undefined ? this.prompt : `(${this.search.failed ? 'failed ' : ''}reverse-i-search)\`${this.search.text}': `
    const { text, rows, row, column } = layoutOf(prompt, this.line.text, at, host.columns)
    // What is typed at the end needs no more than itself.
    const { drawn } = this
    this.drawn = at === this.line.text.length && column > 0 ? text : undefined
    const added = drawn !== undefined && this.drawn?.startsWith(drawn) === true && row === this.drawnRow ? text.slice(drawn.length) : undefined
    if (added !== undefined) return added === '' ? undefined : write(added)
    const up = (n: number): string => (n > 0 ? `\x1b[${n}A` : '')
    write(`${up(this.drawnRow)}\r\x1b[J${text}${up(rows - 1 - row)}\r${column > 0 ? `\x1b[${column}C` : ''}`)
    this.drawnRow = row
  }
}
