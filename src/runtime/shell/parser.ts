/** From shell text to nodes. Recursive descent; what cannot be parsed becomes an `error` node after the commands that could. */
import type { Assignment, Node, Parsed, Part, Redirection, Word } from './ast'
import { braceExpanded } from './braces'
import type { Flavour, Token } from './lexer'
import { Lexer, ShellSyntaxError } from './lexer'

const RESERVED = new Set(['if', 'then', 'else', 'elif', 'fi', 'do', 'done', 'case', 'esac', 'while', 'until', 'for', '{', '}', '!', 'in', 'function', '[[', ']]', 'time'])
const ENDERS = new Set(['then', 'else', 'elif', 'fi', 'do', 'done', 'esac', '}', ']]'])
const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)(\[[^\]]*\])?(\+?)=/
const MAX_CACHED = 200
const MAX_DEPTH = 500

type NodeBody = Node extends infer N ? (N extends Node ? Omit<N, 'id' | 'line'> : never) : never

const cache = new Map<string, Parsed>()

/** Parsed texts are shared and kept for the next step of the same program. */
export function parseShell(text: string, flavour: Flavour): Parsed {
  const key = `${flavour}:${text}`
  let parsed = cache.get(key)
  if (parsed === undefined) {
    parsed = new Parser(text, flavour).parse()
    if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value as string)
    cache.set(key, parsed)
  }
  return parsed
}

class Parser {
  private readonly nodes: Node[] = []
  private token: Token = { k: 'end' }
  private lexer: Lexer
  private depth = 0

  constructor(text: string, private readonly flavour: Flavour) {
    this.lexer = new Lexer(text, flavour, lexer => this.substitution(lexer), inner => this.backquoted(inner))
  }

  parse(): Parsed {
    const items: { node: number; background: boolean }[] = []
    let incomplete = false
    try {
      this.advance()
      for (;;) {
        this.skipNewlines()
        if (this.isEnd()) break
        const line = this.line()
        if (!this.isEnd() && this.token.k !== 'newline') this.unexpected()
        items.push(...line)
      }
    } catch (e) {
      if (!(e instanceof ShellSyntaxError)) throw e
      incomplete = e.problem.kind === 'end' || e.problem.kind === 'unterminated'
      items.push({ node: this.add({ t: 'error', error: e.problem }), background: false })
    }
    const root = items.length === 0 ? -1 : this.add({ t: 'list', items })
    return { nodes: this.nodes, root, incomplete }
  }

  private add(body: NodeBody, line = this.lexer.line): number {
    const id = this.nodes.length
    this.nodes.push({ ...body, id, line } as Node)
    return id
  }

  private advance(): void {
    this.token = this.lexer.next()
  }

  private unexpected(expecting?: string): never {
    const { token } = this
    const line = this.lexer.line - (token.k === 'newline' ? 1 : 0)
    const extra = expecting === undefined ? {} : { expecting }
    if (token.k === 'end') throw new ShellSyntaxError({ kind: 'end', line, ...extra })
    const text = token.k === 'newline' ? 'newline' : token.k === 'op' ? token.text : token.k === 'redir' ? 'redirection' : token.text
    throw new ShellSyntaxError({ kind: 'unexpected', token: text, line, ...extra })
  }

  private skipNewlines(): void {
    while (this.token.k === 'newline') this.advance()
  }

  private isEnd(): boolean {
    return this.token.k === 'end'
  }

  private isNewline(): boolean {
    return this.token.k === 'newline'
  }

  private isOp(text: string): boolean {
    return this.token.k === 'op' && this.token.text === text
  }

  private reserved(): string | undefined {
    return this.token.k === 'word' && RESERVED.has(this.token.text) ? this.token.text : undefined
  }

  private expect(word: string): void {
    if (this.reserved() !== word) this.unexpected(word)
    this.advance()
  }

  /** Commands up to the newline: what a shell reads and runs at once. */
  private line(): { node: number; background: boolean }[] {
    const items: { node: number; background: boolean }[] = []
    for (;;) {
      const node = this.andOr()
      const background = this.isOp('&')
      items.push({ node, background })
      if (!background && !this.isOp(';')) return items
      this.advance()
      if (this.token.k === 'newline' || this.token.k === 'end' || this.isOp(')') || this.isOp(';;') || this.isOp(';&') || this.isOp(';;&') || ENDERS.has(this.reserved() ?? '')) return items
    }
  }

  /** Commands up to a closing word or parenthesis; at least one. */
  private list(expecting?: string): number {
    if (++this.depth > MAX_DEPTH) this.unexpected()
    const line = this.lexer.line
    const items: { node: number; background: boolean }[] = []
    this.skipNewlines()
    while (this.token.k !== 'end' && !this.isOp(')') && !this.isOp(';;') && !this.isOp(';&') && !this.isOp(';;&') && !ENDERS.has(this.reserved() ?? '')) {
      items.push(...this.line())
      this.skipNewlines()
    }
    if (items.length === 0) this.unexpected(expecting)
    this.depth--
    return this.add({ t: 'list', items }, line)
  }

  private andOr(): number {
    let left = this.pipeline()
    while (this.isOp('&&') || this.isOp('||')) {
      const op = (this.token as { text: '&&' | '||' }).text
      this.advance()
      this.skipNewlines()
      left = this.add({ t: 'andor', left, op, right: this.pipeline() })
    }
    return left
  }

  private pipeline(): number {
    let negated = false
    while (this.reserved() === '!' || (this.reserved() === 'time' && this.flavour === 'bash')) {
      if (this.reserved() === '!') negated = !negated
      this.advance()
    }
    const stages = [this.command()]
    while (this.isOp('|')) {
      this.advance()
      // `|&` is `2>&1 |`, which no manifest seen uses: refused as ash does.
      this.skipNewlines()
      stages.push(this.command())
    }
    return stages.length === 1 && !negated ? (stages[0] as number) : this.add({ t: 'pipe', stages, negated })
  }

  private command(): number {
    const line = this.lexer.line
    if (this.token.k === 'op') {
      if (!this.isOp('(')) this.unexpected()
      if (this.flavour === 'bash' && this.lexer.peek() === '(') return this.arithmeticCommand(line)
      this.advance()
      const body = this.list(')')
      if (!this.isOp(')')) this.unexpected(')')
      this.advance()
      return this.add({ t: 'subshell', body, redirections: this.redirections() }, line)
    }
    switch (this.reserved()) {
      case '{': {
        this.advance()
        const body = this.list('}')
        this.expect('}')
        return this.add({ t: 'group', body, redirections: this.redirections() }, line)
      }
      case 'if': return this.ifCommand(line)
      case 'while':
      case 'until': return this.loopCommand(line)
      case 'for': return this.forCommand(line)
      case 'case': return this.caseCommand(line)
      case 'function':
        if (this.flavour === 'dash') break
        this.advance()
        return this.functionKeyword(line)
      case '[[':
        if (this.flavour === 'dash') break
        return this.condCommand(line)
      case undefined: break
      case 'in': case 'time': break
      default: this.unexpected()
    }
    return this.simple(line)
  }

  private redirections(): Redirection[] {
    const out: Redirection[] = []
    while (this.token.k === 'redir') out.push(this.redirection())
    return out
  }

  private redirection(): Redirection {
    const { op, fd } = this.token as { op: Redirection['op'] | '<<-'; fd?: number }
    this.advance()
    if (this.token.k !== 'word') this.unexpected()
    const { word, text } = this.token as { word: Word; text: string }
    const withFd = fd === undefined ? {} : { fd }
    if (op !== '<<' && op !== '<<-') {
      this.advance()
      return { ...withFd, op, target: word }
    }
    const redirection: { fd?: number; op: '<<'; target: Word } = { ...withFd, op: '<<', target: [] }
    this.lexer.announceDocument({
      delimiter: plain(word), isQuoted: /['"\\]/.test(text), stripTabs: op === '<<-',
      take: body => { redirection.target = body },
    })
    this.advance()
    return redirection
  }

  private simple(line: number): number {
    const assignments: Assignment[] = []
    const words: Word[] = []
    const redirections: Redirection[] = []
    const arrays: Assignment[] = []
    for (;;) {
      if (this.token.k === 'redir') {
        redirections.push(this.redirection())
        continue
      }
      if (this.token.k !== 'word') break
      const { word, text } = this.token
      const m = words.length === 0 ? ASSIGNMENT.exec(text) : null
      if (m !== null && word[0]?.t === 'lit' && ASSIGNMENT.test(word[0].s) && (m[2] === undefined || this.flavour === 'bash')) {
        assignments.push(this.assignment(word, m))
        continue
      }
      const declared = this.flavour === 'bash' && isDeclaration(words[0]) ? ASSIGNMENT.exec(text) : null
      if (declared !== null && declared[0].length === text.length && this.lexer.peek() === '(') {
        words.push([{ t: 'lit', s: declared[1] as string }])
        arrays.push(this.assignment(word, declared))
        continue
      }
      this.advance()
      if (words.length === 0 && this.isOp('(')) {
        if (assignments.length === 0 && redirections.length === 0 && /^[^$`"'\\]+$/.test(text)) return this.functionDefinition(text, line)
        this.unexpected()
      }
      words.push(...(this.flavour === 'bash' ? braceExpanded(word) : [word]))
    }
    if (words.length === 0 && assignments.length === 0 && redirections.length === 0) this.unexpected()
    return this.add({ t: 'simple', assignments, words, redirections, ...(arrays.length === 0 ? {} : { arrays }) }, line)
  }

  private assignment(word: Word, m: RegExpExecArray): Assignment {
    const first = word[0] as { t: 'lit'; s: string }
    const rest = first.s.slice(m[0].length)
    const value: Part[] = [...(rest === '' ? [] : [{ t: 'lit' as const, s: rest }]), ...word.slice(1)]
    const index = m[2] === undefined ? {} : { index: [{ t: 'lit' as const, s: m[2].slice(1, -1) }] }
    const base = { name: m[1] as string, append: m[3] === '+', value, ...index }
    const isArray = this.flavour === 'bash' && value.length === 0 && this.lexer.peek() === '('
    this.advance()
    if (!isArray) return base
    const array: Word[] = []
    this.advance()
    for (this.skipNewlines(); this.token.k === 'word'; this.skipNewlines()) {
      array.push(...braceExpanded(this.token.word))
      this.advance()
    }
    if (!this.isOp(')')) this.unexpected(')')
    this.advance()
    return { ...base, array }
  }

  private functionDefinition(name: string, line: number): number {
    this.advance()
    if (!this.isOp(')')) this.unexpected(')')
    this.advance()
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && this.flavour === 'dash') throw new ShellSyntaxError({ kind: 'badName', token: name, line })
    this.skipNewlines()
    return this.add({ t: 'function', name, body: this.command() }, line)
  }

  private functionKeyword(line: number): number {
    if (this.token.k !== 'word') this.unexpected()
    const name = (this.token as { text: string }).text
    this.advance()
    if (this.isOp('(')) {
      this.advance()
      if (!this.isOp(')')) this.unexpected(')')
      this.advance()
    }
    this.skipNewlines()
    return this.add({ t: 'function', name, body: this.command() }, line)
  }

  private ifCommand(line: number): number {
    const clauses: { condition: number; body: number }[] = []
    let otherwise: number | undefined
    this.advance()
    for (;;) {
      const condition = this.list('then')
      this.expect('then')
      clauses.push({ condition, body: this.list('fi') })
      const word = this.reserved()
      if (word === 'elif') {
        this.advance()
        continue
      }
      if (word === 'else') {
        this.advance()
        otherwise = this.list('fi')
      }
      this.expect('fi')
      return this.add({ t: 'if', clauses, ...(otherwise === undefined ? {} : { otherwise }), redirections: this.redirections() }, line)
    }
  }

  private doGroup(): number {
    this.expect('do')
    const body = this.list('done')
    this.expect('done')
    return body
  }

  private loopCommand(line: number): number {
    const until = this.reserved() === 'until'
    this.advance()
    const condition = this.list('do')
    const body = this.doGroup()
    return this.add({ t: 'loop', until, condition, body, redirections: this.redirections() }, line)
  }

  private forCommand(line: number): number {
    this.advance()
    if (this.flavour === 'bash' && this.isOp('(') && this.lexer.peek() === '(') {
      this.lexer.pos++
      const parts = this.arithmeticWord(true)
      this.advance()
      if (this.isOp(';')) this.advance()
      this.skipNewlines()
      const body = this.doGroup()
      return this.add({ t: 'cfor', parts: [parts[0] ?? [], parts[1] ?? [], parts[2] ?? []], body, redirections: this.redirections() }, line)
    }
    if (this.token.k !== 'word') this.unexpected()
    const name = (this.token as { text: string }).text
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new ShellSyntaxError({ kind: 'badFor', token: name, line })
    this.advance()
    if (this.isOp(';')) this.advance()
    this.skipNewlines()
    let words: Word[] | undefined
    if (this.reserved() === 'in') {
      this.advance()
      words = []
      while (this.token.k === 'word') {
        words.push(...(this.flavour === 'bash' ? braceExpanded(this.token.word) : [this.token.word]))
        this.advance()
      }
      if (!this.isOp(';') && !this.isNewline()) this.unexpected()
      this.advance()
    }
    this.skipNewlines()
    const body = this.doGroup()
    return this.add({ t: 'for', name, ...(words === undefined ? {} : { words }), body, redirections: this.redirections() }, line)
  }

  private caseCommand(line: number): number {
    this.advance()
    if (this.token.k !== 'word') this.unexpected()
    const { word } = this.token as { word: Word }
    this.advance()
    this.skipNewlines()
    this.expect('in')
    const clauses: { patterns: Word[]; body?: number; next: ';;' | ';&' | ';;&' }[] = []
    for (this.skipNewlines(); this.reserved() !== 'esac'; this.skipNewlines()) {
      if (this.isOp('(')) this.advance()
      const patterns: Word[] = []
      for (;;) {
        if (this.token.k !== 'word') this.unexpected()
        patterns.push((this.token as { word: Word }).word)
        this.advance()
        if (!this.isOp('|')) break
        this.advance()
      }
      if (!this.isOp(')')) this.unexpected(')')
      this.advance()
      this.skipNewlines()
      const isEmpty = this.isOp(';;') || this.reserved() === 'esac'
      const body = isEmpty ? {} : { body: this.list(';;') }
      let next: ';;' | ';&' | ';;&' = ';;'
      if (this.isOp(';;') || this.isOp(';&') || this.isOp(';;&')) {
        next = (this.token as { text: ';;' }).text
        this.advance()
      } else if (this.reserved() !== 'esac') this.unexpected(';;')
      clauses.push({ patterns, ...body, next })
    }
    this.advance()
    return this.add({ t: 'case', word, clauses, redirections: this.redirections() }, line)
  }

  /** `[[ … ]]`: operators stay strings, operands words. */
  private condCommand(line: number): number {
    const words: (Word | string)[] = []
    let afterMatch = false
    for (;;) {
      // A regular expression may hold parentheses and bars.
      if (afterMatch) {
        while (this.lexer.peek() === ' ') this.lexer.pos++
        words.push(this.lexer.readWord(c => c === ' ' || c === '\n'))
        afterMatch = false
      }
      this.advance()
      const { token } = this
      if (token.k === 'end') this.unexpected(']]')
      if (token.k === 'newline') continue
      if (token.k === 'word' && token.text === ']]') break
      if (token.k === 'word') {
        words.push(/^(!|-[a-zA-Z]|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot|-ef|==?|!=|=~)$/.test(token.text) ? token.text : token.word)
        afterMatch = token.text === '=~'
      } else words.push(token.k === 'op' ? token.text : (token as { op: string }).op)
    }
    this.advance()
    return this.add({ t: 'cond', words, redirections: this.redirections() }, line)
  }

  private arithmeticCommand(line: number): number {
    this.lexer.pos++
    const [expr] = this.arithmeticWord(false)
    this.advance()
    return this.add({ t: 'arith', expr: expr ?? [], redirections: this.redirections() }, line)
  }

  /** Up to `))`; the three parts of `for ((a; b; c))` when asked for. */
  private arithmeticWord(split: boolean): Word[] {
    const parts: Word[] = []
    let depth = 0
    for (;;) {
      parts.push(this.lexer.readWord(c => {
        if (c === '(') depth++
        else if (c === ')') {
          if (depth === 0) return true
          depth--
        }
        return split && c === ';' && depth === 0
      }))
      if (this.lexer.peek() === ';') {
        this.lexer.pos++
        continue
      }
      if (this.lexer.peek() !== ')' || this.lexer.peek(1) !== ')') this.lexer.fail({ kind: 'end', expecting: '))' })
      this.lexer.pos += 2
      return parts
    }
  }

  /** `$(…)`: parsed in place, up to its parenthesis. An empty one is an empty list. */
  private substitution(lexer: Lexer): number {
    const saved = { token: this.token, lexer: this.lexer }
    this.lexer = lexer
    this.advance()
    this.skipNewlines()
    const body = this.isOp(')') ? this.add({ t: 'list', items: [] }) : this.list(')')
    if (!this.isOp(')')) this.unexpected(')')
    // The lexer stands right after the parenthesis, where the word goes on.
    this.token = saved.token
    this.lexer = saved.lexer
    return body
  }

  private backquoted(text: string): number {
    const saved = { token: this.token, lexer: this.lexer }
    this.lexer = new Lexer(text, this.flavour, lexer => this.substitution(lexer), inner => this.backquoted(inner))
    this.advance()
    this.skipNewlines()
    const body = this.isEnd() ? this.add({ t: 'list', items: [] }) : this.list()
    if (!this.isEnd()) this.unexpected()
    this.token = saved.token
    this.lexer = saved.lexer
    return body
  }
}

const isDeclaration = (word: Word | undefined): boolean => word?.length === 1 && word[0]?.t === 'lit' && /^(declare|local|typeset|export|readonly)$/.test(word[0].s)

/** The text of a word without expansions (a here-document's delimiter). */
function plain(word: Word): string {
  return word.map(part => (part.t === 'lit' || part.t === 'quoted' ? part.s : part.t === 'dq' ? plain(part.parts) : part.t === 'param' ? `$${part.name}` : '')).join('')
}
