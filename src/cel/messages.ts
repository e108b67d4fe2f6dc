/** What is wrong with an expression, in the words of cel-go. upstream: cel-go/checker/errors.go, common/error.go, parser/gen/CEL.g4 */
import type { ParseError } from '@marcbachmann/cel-js'

interface TypeOfNode {
  readonly name: string
}
interface Node {
  readonly op: string
  readonly args: unknown
  readonly start: number
  readonly end: number
  readonly checkedType?: TypeOfNode
}
type LibraryError = Error & Pick<ParseError, 'code' | 'summary' | 'range'> & { readonly node?: Node }

const EXPRESSION_START = `{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}`

/** `list<string>` as cel-go writes it, `list(string)`. */
export function celTypeName(name: string): string {
  return name
    .replace(/google\.protobuf\.Timestamp/g, 'timestamp')
    .replace(/google\.protobuf\.Duration/g, 'duration')
    .replace(/\boptional</g, 'optional_type<')
    .replace(/^list$/, 'list(dyn)')
    .replace(/^map$/, 'map(dyn, dyn)')
    .replace(/</g, '(')
    .replace(/>/g, ')')
}

/** `ERROR: <input>:1:5: …` with the line and a mark under it. `offset` counts from 0. */
export function issue(expression: string, offset: number, text: string): string {
  const before = expression.slice(0, offset)
  const line = before.split('\n').length
  const column = offset - (before.lastIndexOf('\n') + 1)
  const source = expression.split('\n')[line - 1] as string
  // An expression without a character has no line to show.
  if (expression === '') return `ERROR: <input>:1:0: ${text}`
  return `ERROR: <input>:${line}:${column + 1}: ${text}\n | ${source}\n | ${'.'.repeat(column)}^`
}

const STRING_OR_COMMENT = /(?:[rRbB]{0,2})(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|\/\/[^\n]*/y

/** Characters that begin no word of the language: an issue for each, and the expression with blanks in their places. A lone `=`, `&` or `|` takes the next character along. */
export function unreadable(expression: string): { readonly issues: readonly string[]; readonly text: string } {
  const issues: string[] = []
  let text = ''
  for (let i = 0; i < expression.length; ) {
    STRING_OR_COMMENT.lastIndex = i
    const skipped = STRING_OR_COMMENT.exec(expression)?.[0] ?? ''
    const c = expression[i] as string
    const next = expression[i + 1] ?? ''
    const lone = c === '&' || c === '|' ? next !== c : c === '=' && next !== '=' && !'=!<>'.includes(expression[i - 1] ?? ' ')
    if (skipped !== '') {
      text += skipped
      i += skipped.length
    } else if (lone || /[#$@^~;\\]/.test(c)) {
      const bad = lone ? c + next : c
      issues.push(issue(expression, i, `Syntax error: token recognition error at: '${bad}'`))
      text += ' '.repeat(bad.length)
      i += bad.length
    } else {
      // A word of two characters is read whole.
      const word = (c === '&' || c === '|' || c === '=') && next === c ? c + next : c
      text += word
      i += word.length
    }
  }
  return { issues, text }
}

/** `functions` are the names that exist. */
export function compileIssue(expression: string, error: unknown, functions: ReadonlySet<string>): string {
  const e = error as LibraryError
  if (e.name === 'ParseError' || e.range === undefined) return syntaxIssue(expression, e)
  const node = e.node ?? { op: '', args: undefined, start: e.range.start, end: e.range.end }
  const { offset, text } = typeIssue(expression, e, node, functions)
  return issue(expression, offset, text)
}

function syntaxIssue(expression: string, e: LibraryError): string {
  const at = e.range?.start ?? 0
  const token = tokenAt(expression, at)
  const quoted = token === '' ? `'<EOF>'` : `'${token}'`
  const say = (text: string): string => issue(expression, at, `Syntax error: ${text}`)
  switch (e.code) {
    case 'unexpected_character': {
      const rest = expression.slice(at + token.length).trim()
      return say(`${rest === '' ? 'extraneous' : 'mismatched'} input ${quoted} expecting <EOF>`)
    }
    case 'unexpected_token':
      return say(`${token === '' ? 'mismatched' : 'extraneous'} input ${quoted} expecting ${EXPRESSION_START}`)
    case 'expected_token': {
      const wanted = WANTED[/^Expected (\w+)/.exec(e.summary ?? '')?.[1] ?? ''] ?? 'IDENTIFIER'
      return say(`missing ${wanted} at ${quoted}`)
    }
    case 'unterminated_string':
      return `${issue(expression, at, `Syntax error: token recognition error at: '${expression.slice(at)}'`)}\n${issue(expression, expression.length, `Syntax error: mismatched input '<EOF>' expecting ${EXPRESSION_START}`)}`
    case 'reserved_identifier':
      return issue(expression, at, `reserved identifier: ${token}`)
    default:
      return say(e.summary ?? e.message)
  }
}

const WANTED: Readonly<Record<string, string>> = { RPAREN: `')'`, RBRACKET: `']'`, RBRACE: `'}'`, COLON: `':'`, LPAREN: `'('`, COMMA: `','` }

const tokenAt = (expression: string, at: number): string => /^\s*([A-Za-z_][\w]*|\d[\w.]*|"[^"]*"|'[^']*'|&&|\|\||[=!<>]=|\S)?/.exec(expression.slice(at))?.[1] ?? ''

interface Located {
  readonly offset: number
  readonly text: string
}

const OPERATORS: Readonly<Record<string, string>> = { in: '@in', '!_': '!_', '-_': '-_', '[]': '_[_]', '[?]': '_[?_]', '?:': '_?_:_' }
const typeText = (n: unknown): string => celTypeName((n as Node).checkedType?.name ?? 'dyn')
const overload = (name: string, args: string): string => `found no matching overload for '${name}' applied to '${args}'`

function typeIssue(expression: string, e: LibraryError, node: Node, functions: ReadonlySet<string>): Located {
  const binary = (): Located => {
    const [a, b] = node.args as [Node, Node]
    return { offset: operatorAt(expression, a.end, node.op === '?:' ? '?' : node.op), text: overload(OPERATORS[node.op] ?? `_${node.op}_`, `(${typeText(a)}, ${typeText(b)})`) }
  }
  switch (e.code) {
    case 'unknown_variable':
      return { offset: node.start, text: `undeclared reference to '${String(node.args)}' (in container '')` }
    case 'no_such_key': {
      const [left, name] = node.args as [Node, unknown]
      return { offset: operatorAt(expression, left.end, '.'), text: `undefined field '${typeof name === 'string' ? name : String((name as Node).args)}'` }
    }
    case 'no_such_overload':
      if (node.op === '!_' || node.op === '-_') return { offset: node.start, text: overload(node.op, `(${typeText(node.args)})`) }
      return binary()
    case 'invalid_logical_operand':
      return binary()
    case 'incompatible_ternary_branches': {
      const [c, a, b] = node.args as [Node, Node, Node]
      return { offset: operatorAt(expression, c.end, '?'), text: overload('_?_:_', `(${typeText(c)}, ${typeText(a)}, ${typeText(b)})`) }
    }
    case 'no_matching_overload':
      return callIssue(expression, node, functions)
    case 'heterogeneous_list_element':
    case 'heterogeneous_map_key':
    case 'heterogeneous_map_value': {
      const [, wanted = '', found = ''] = /expected type '(.*)' but found '(.*)'$/.exec(e.summary ?? '') ?? []
      return { offset: node.start, text: `expected type '${celTypeName(wanted)}' but found '${celTypeName(found)}'` }
    }
    case 'cannot_index_type': {
      const [left] = node.args as [Node]
      if (node.op === '.' || node.op === '.?') return { offset: operatorAt(expression, left.end, '.'), text: `type '${typeText(left)}' does not support field selection` }
      return { ...binary(), offset: operatorAt(expression, left.end, '[') }
    }
    case 'invalid_index_type': {
      const [left] = node.args as [Node]
      return { ...binary(), offset: operatorAt(expression, left.end, '[') }
    }
    case 'invalid_macro_argument':
      return { offset: node.start, text: (e.summary ?? '').startsWith('has()') ? 'invalid argument to has() macro' : 'argument must be a simple name' }
    default:
      return { offset: node.start, text: e.summary ?? e.message }
  }
}

function callIssue(expression: string, node: Node, functions: ReadonlySet<string>): Located {
  const [name, ...rest] = node.args as [string, ...unknown[]]
  const [receiver, args] = node.op === 'rcall' ? (rest as [Node, Node[]]) : [undefined, rest[0] as Node[]]
  const from = receiver === undefined ? node.start + name.length : receiver.end
  const offset = operatorAt(expression, from, '(')
  if (!functions.has(name)) return { offset, text: `undeclared reference to '${name}' (in container '')` }
  const types = args.map(typeText).join(', ')
  return { offset, text: overload(name, receiver === undefined ? `(${types})` : `${typeText(receiver)}.(${types})`) }
}

/** Where an operator stands after its left side; brackets that close the left side are stepped over. */
function operatorAt(expression: string, from: number, operator: string): number {
  const found = expression.indexOf(operator, from)
  return found < 0 ? from : found
}
