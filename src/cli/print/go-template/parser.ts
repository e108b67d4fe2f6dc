/** Parses Go templates, with Go's error messages. upstream: Go's text/template/parse/parse.go */
import { goQuote } from '../../../base/field'
import { Lexer, tokenText } from './lexer'
import type { Token, TokenType } from './lexer'
import { nodeText } from './nodes'
import type { CommandNode, ListNode, Node, Operand, PipeNode } from './nodes'
import { numberOf, unquote, unquoteCharacter } from './literals'

export class TemplateParseError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'TemplateParseError'
  }
}

/** A template and the ones that it defines. */
export interface ParsedTemplate {
  readonly name: string
  readonly text: string
  readonly root: ListNode
  readonly defined: ReadonlyMap<string, ListNode>
}

/** Throws TemplateParseError. `functions` are the names that may be called. */
export function parseTemplate(name: string, text: string, functions: ReadonlySet<string>): ParsedTemplate {
  const defined = new Map<string, ListNode>()
  const root = new Parser(name, new Lexer(text), functions, defined).top()
  return { name, text, root, defined: defined.set(name, root) }
}

const OPERANDS = new Set<TokenType>(['bool', 'char constant', 'dot', 'field', 'identifier', 'number', 'nil', 'raw string', 'string', 'variable', 'left paren'])

/** Nothing but blanks. */
const isEmpty = (list: ListNode): boolean => list.nodes.every(n => n.type === 'text' && n.text.trim() === '')

class Parser {
  /** Tokens put back, the next one last; and the one read last, whose line errors tell. */
  #pending: Token[] = []
  #last: Token = { type: 'eof', text: '', at: 0, line: 1 }
  #variables = ['$']
  #rangeDepth = 0
  #actionLine = 0
  constructor(
    readonly name: string,
    readonly lexer: Lexer,
    readonly functions: ReadonlySet<string>,
    readonly defined: Map<string, ListNode>,
  ) {}

  // ── Tokens ────────────────────────────────────────────────────────────────

  #next(): Token {
    return this.#pending.pop() ?? (this.#last = this.lexer.next())
  }
  #back(...tokens: Token[]): void {
    for (const token of tokens.reverse()) this.#pending.push(token)
  }
  #peek(): Token {
    const token = this.#next()
    this.#back(token)
    return token
  }
  #nextWord(): Token {
    for (;;) {
      const token = this.#next()
      if (token.type !== 'space') return token
    }
  }
  #peekWord(): Token {
    const token = this.#nextWord()
    this.#back(token)
    return token
  }
  #fail(message: string): never {
    throw new TemplateParseError(`template: ${this.name}:${this.#last.line}: ${message}`)
  }
  #unexpected(token: Token, context: string): never {
    if (token.type !== 'error') return this.#fail(`unexpected ${tokenText(token)} in ${context}`)
    const started = this.#actionLine !== 0 && this.#actionLine !== token.line ? ` in action started at ${this.name}:${this.#actionLine}` : ''
    return this.#fail(token.text + (token.text.endsWith(' action') ? started.replace(' in action', '') : started))
  }
  #expect(type: TokenType, context: string): Token {
    const token = this.#nextWord()
    return token.type === type ? token : this.#unexpected(token, context)
  }

  // ── Structure ─────────────────────────────────────────────────────────────

  top(): ListNode {
    const root: ListNode = { type: 'list', at: this.#peek().at, nodes: [] }
    while (this.#peek().type !== 'eof') {
      if (this.#peek().type === 'leftDelim') {
        const open = this.#next()
        const word = this.#nextWord()
        if (word.type === 'define') {
          this.#definition()
          continue
        }
        this.#back(open, word)
      }
      const node = this.#textOrAction()
      if (node.type === 'end' || node.type === 'else') this.#fail(`unexpected ${nodeText(node)}`)
      root.nodes.push(node)
    }
    return root
  }

  #definition(): void {
    const context = 'define clause'
    const token = this.#nextWord()
    if (token.type !== 'string' && token.type !== 'raw string') this.#unexpected(token, context)
    const name = this.#unquoted(token.text)
    this.#expect('rightDelim', context)
    this.#define(name, this.#body(context))
  }

  /** A template of its own: it sees no variables but $. */
  #body(context: string): ListNode {
    const outer = { variables: this.#variables, rangeDepth: this.#rangeDepth }
    this.#variables = ['$']
    this.#rangeDepth = 0
    const [list, end] = this.#itemList()
    if (end.type !== 'end') this.#fail(`unexpected ${nodeText(end)} in ${context}`)
    this.#variables = outer.variables
    this.#rangeDepth = outer.rangeDepth
    return list
  }

  #define(name: string, list: ListNode): void {
    const known = this.defined.get(name)
    if (known === undefined || isEmpty(known)) this.defined.set(name, list)
    else if (!isEmpty(list)) this.#fail(`template: multiple definition of template ${goQuote(name)}`)
  }

  /** Up to {{end}} or {{else}}, which is answered too. */
  #itemList(): [ListNode, Node] {
    const list: ListNode = { type: 'list', at: this.#peekWord().at, nodes: [] }
    while (this.#peekWord().type !== 'eof') {
      const node = this.#textOrAction()
      if (node.type === 'end' || node.type === 'else') return [list, node]
      list.nodes.push(node)
    }
    return this.#fail('unexpected EOF')
  }

  #textOrAction(): Node {
    const token = this.#nextWord()
    if (token.type === 'text') return { type: 'text', at: token.at, text: token.text }
    if (token.type !== 'leftDelim') return this.#unexpected(token, 'input')
    this.#actionLine = token.line
    const node = this.#action()
    this.#actionLine = 0
    return node
  }

  #action(): Node {
    const token = this.#nextWord()
    switch (token.type) {
      case 'block':
        return this.#block()
      case 'break':
      case 'continue': {
        const following = this.#nextWord()
        if (following.type !== 'rightDelim') this.#unexpected(following, `{{${token.type}}}`)
        return this.#rangeDepth === 0 ? this.#fail(`{{${token.type}}} outside {{range}}`) : { type: token.type, at: token.at }
      }
      case 'else': {
        const following = this.#peekWord()
        // What follows `else` is parsed as an action of its own.
        if (following.type === 'if' || following.type === 'with') return { type: 'else', at: following.at }
        return { type: 'else', at: this.#expect('rightDelim', 'else').at }
      }
      case 'end':
        return { type: 'end', at: this.#expect('rightDelim', 'end').at }
      case 'if':
      case 'range':
      case 'with':
        return this.#control(token.type)
      case 'template':
        return this.#template()
      default:
        this.#back(token)
        return { type: 'action', at: token.at, pipe: this.#pipeline('command', 'rightDelim') }
    }
  }

  #control(type: 'if' | 'range' | 'with'): Node {
    const scope = this.#variables.length
    const pipe = this.#pipeline(type, 'rightDelim')
    if (type === 'range') this.#rangeDepth++
    const [list, next] = this.#itemList()
    if (type === 'range') this.#rangeDepth--
    let elseList: ListNode | undefined
    if (next.type === 'else') {
      const word = this.#peek()
      if (type !== 'range' && word.type === type) {
        this.#next()
        elseList = { type: 'list', at: next.at, nodes: [this.#control(type)] }
      } else {
        const [rest, end] = this.#itemList()
        if (end.type !== 'end') this.#fail(`expected end; found ${nodeText(end)}`)
        elseList = rest
      }
    }
    this.#variables.length = scope
    return { type, at: pipe.at, pipe, list, elseList }
  }

  #templateName(token: Token, context: string): string {
    return token.type === 'string' || token.type === 'raw string' ? this.#unquoted(token.text) : this.#unexpected(token, context)
  }

  #block(): Node {
    const context = 'block clause'
    const token = this.#nextWord()
    const name = this.#templateName(token, context)
    const pipe = this.#pipeline(context, 'rightDelim')
    this.#define(name, this.#body(context))
    return { type: 'template', at: token.at, name, quoted: goQuote(name), pipe }
  }

  #template(): Node {
    const context = 'template clause'
    const token = this.#nextWord()
    const name = this.#templateName(token, context)
    const following = this.#nextWord()
    let pipe: PipeNode | undefined
    if (following.type !== 'rightDelim') {
      this.#back(following)
      pipe = this.#pipeline(context, 'rightDelim')
    }
    return { type: 'template', at: token.at, name, quoted: goQuote(name), pipe }
  }

  // ── Pipelines ─────────────────────────────────────────────────────────────

  #pipeline(context: string, end: TokenType): PipeNode {
    const pipe: PipeNode = { type: 'pipe', at: this.#peekWord().at, variables: [], assigns: false, commands: [] }
    while (this.#declaration(pipe, context));
    for (;;) {
      const token = this.#nextWord()
      if (token.type === end) break
      if (!OPERANDS.has(token.type)) this.#unexpected(token, context)
      this.#back(token)
      pipe.commands.push(this.#command())
    }
    if (pipe.commands.length === 0) this.#fail(`missing value for ${context}`)
    for (const [i, { args }] of pipe.commands.entries())
      if (i > 0 && ['bool', 'dot', 'nil', 'number', 'string'].includes(args[0]?.type ?? '')) this.#fail(`non executable command in pipeline stage ${i + 1}`)
    return pipe
  }

  /** `$x :=`, `$x =`, or the first of two of a range; true when another one follows. */
  #declaration(pipe: PipeNode, context: string): boolean {
    const variable = this.#peekWord()
    if (variable.type !== 'variable') return false
    this.#next()
    const after = this.#next()
    const following = after.type === 'space' ? this.#peekWord() : after
    if (after.type !== 'space') this.#back(after)
    if (following.type === 'assign' || following.type === 'declare') {
      pipe.assigns = following.type === 'assign'
      this.#nextWord()
      pipe.variables.push(variable.text)
      this.#variables.push(variable.text)
      return false
    }
    if (following.type === 'char' && following.text === ',') {
      this.#nextWord()
      pipe.variables.push(variable.text)
      this.#variables.push(variable.text)
      if (context !== 'range' || pipe.variables.length >= 2) this.#fail(`too many declarations in ${context}`)
      if (!['variable', 'rightDelim', 'right paren'].includes(this.#peekWord().type)) this.#fail('range can only initialize variables')
      return true
    }
    if (after.type === 'space') this.#back(variable, after)
    else this.#back(variable)
    return false
  }

  #command(): CommandNode {
    const command: CommandNode = { type: 'command', at: this.#peekWord().at, args: [] }
    for (;;) {
      this.#peekWord()
      const operand = this.#operand()
      if (operand !== undefined) command.args.push(operand)
      const token = this.#next()
      if (token.type === 'space') continue
      if (token.type === 'rightDelim' || token.type === 'right paren') this.#back(token)
      else if (token.type !== 'pipe') this.#unexpected(token, 'operand')
      break
    }
    return command.args.length === 0 ? this.#fail('empty command') : command
  }

  /** A term and the fields behind it. */
  #operand(): Operand | undefined {
    const term = this.#term()
    if (term === undefined || this.#peek().type !== 'field') return term
    const { at } = this.#peek()
    const names: string[] = []
    while (this.#peek().type === 'field') names.push(this.#next().text.slice(1))
    switch (term.type) {
      case 'field':
        return { type: 'field', at, names: [...term.names, ...names] }
      case 'variable':
        return { ...term, at, names: [...term.names, ...names] }
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.#fail(`unexpected . after term ${goQuote(nodeText(term))}`)
      default:
        return { type: 'chain', at, node: term, names }
    }
  }

  #term(): Operand | undefined {
    const token = this.#nextWord()
    const { at, text } = token
    switch (token.type) {
      case 'identifier':
        return this.functions.has(text) ? { type: 'identifier', at, name: text } : this.#fail(`function ${goQuote(text)} not defined`)
      case 'dot':
      case 'nil':
        return { type: token.type, at }
      case 'variable':
        return this.#variables.includes(text) ? { type: 'variable', at, name: text, names: [] } : this.#fail(`undefined variable ${goQuote(text)}`)
      case 'field':
        return { type: 'field', at, names: [text.slice(1)] }
      case 'bool':
        return { type: 'bool', at, value: text === 'true' }
      case 'char constant':
      case 'number':
        return this.#number(token)
      case 'left paren':
        return this.#pipeline('parenthesized pipeline', 'right paren')
      case 'string':
      case 'raw string':
        return { type: 'string', at, quoted: text, text: this.#unquoted(text) }
      default:
        this.#back(token)
        return undefined
    }
  }

  #number({ type, text, at }: Token): Operand {
    const value = type === 'number' ? numberOf(text) : unquoteCharacter(text)
    return typeof value === 'object' && 'problem' in value ? this.#fail(value.problem) : { type: 'number', at, text, value }
  }

  #unquoted(quoted: string): string {
    return unquote(quoted) ?? this.#fail('invalid syntax')
  }
}
