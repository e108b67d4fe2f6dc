/** Executes a parsed Go template on decoded JSON, with Go's error messages. upstream: Go's text/template/exec.go */
import { goQuote } from '../../../base/field'
import { sortedKeys } from '../../../base/go-text'
import type { Parameter, TemplateFunction } from './functions'
import { CallError, FUNCTIONS } from './functions'
import { nodeText } from './nodes'
import type { CommandNode, ListNode, Node, Operand, PipeNode } from './nodes'
import type { ParsedTemplate } from './parser'
import type { Val } from './value'
import { boxed, concrete, integerOf, isMap, isTrue, staticTypeName, typeName, unboxed, valueText } from './value'

/** The template does not fit the data; `output` is what had been printed by then. */
export class TemplateExecError extends Error {
  constructor(
    message: string,
    readonly output: string,
  ) {
    super(message)
    this.name = 'TemplateExecError'
  }
}

/** What the template prints. With `missingKeyError` a map's missing key is an error. Throws TemplateExecError. */
export function executeTemplate(template: ParsedTemplate, data: unknown, { missingKeyError = false } = {}): string {
  const state = new State(template, template.name, missingKeyError, { text: '' })
  state.start(template.root, concrete(data))
  return state.out.text
}

/** How a list ended: in the ordinary way, or by {{break}} or {{continue}}. */
type Ending = 'break' | 'continue' | undefined

interface Variable {
  readonly name: string
  value: Val | undefined
}

const NODE_TYPES_OF_ARGUMENTS = new Set(['bool', 'number', 'string'])
const MAX_DEPTH = 1000

class State {
  #node: Node | undefined
  #variables: Variable[] = []
  constructor(
    readonly template: ParsedTemplate,
    readonly name: string,
    readonly missingKeyError: boolean,
    readonly out: { text: string },
    readonly depth = 0,
  ) {}

  start(root: ListNode, data: Val | undefined): void {
    this.#variables = [{ name: '$', value: data }]
    this.#walk(data, root)
  }

  #fail(message: string): never {
    const node = this.#node
    if (node === undefined) throw new TemplateExecError(`template: ${this.name}: ${message}`, this.out.text)
    const before = this.template.text.slice(0, node.at)
    const lines = before.split('\n')
    const column = Buffer.byteLength(lines[lines.length - 1] as string)
    throw new TemplateExecError(`template: ${this.template.name}:${lines.length}:${column}: executing ${goQuote(this.name)} at <${nodeText(node)}>: ${message}`, this.out.text)
  }

  // ── Statements ────────────────────────────────────────────────────────────

  #walk(dot: Val | undefined, node: Node): Ending {
    this.#node = node
    switch (node.type) {
      case 'list':
        for (const n of node.nodes) {
          const ending = this.#walk(dot, n)
          if (ending !== undefined) return ending
        }
        return undefined
      case 'text':
        this.out.text += node.text
        return undefined
      case 'action': {
        const value = this.#pipeline(dot, node.pipe)
        this.#node = node
        if (node.pipe.variables.length === 0) this.out.text += value === undefined ? '<no value>' : valueText(value.v)
        return undefined
      }
      case 'break':
      case 'continue':
        return node.type
      case 'if':
      case 'with': {
        const scope = this.#variables.length
        const value = this.#pipeline(dot, node.pipe)
        const list = isTrue(value) ? node.list : node.elseList
        const ending = list === undefined ? undefined : this.#walk(node.type === 'with' && list === node.list ? value : dot, list)
        this.#variables.length = scope
        return ending
      }
      case 'range':
        return this.#range(dot, node)
      case 'template':
        return this.#template(dot, node)
      default:
        return this.#fail(`unknown node: ${nodeText(node)}`)
    }
  }

  #range(dot: Val | undefined, node: Extract<Node, { type: 'range' | 'if' | 'with' }>): Ending {
    const scope = this.#variables.length
    const value = unboxed(this.#pipeline(dot, node.pipe))
    const mark = this.#variables.length
    const { variables, assigns } = node.pipe
    let ran = false
    /** False after {{break}}. */
    const once = (key: Val | undefined, element: Val | undefined): boolean => {
      ran = true
      const values = variables.length > 1 ? [key, element] : [element]
      variables.forEach((name, i) => {
        if (assigns) this.#assign(name, values[i])
        else (this.#variables[mark - variables.length + i] as Variable).value = values[i]
      })
      const ending = this.#walk(element, node.list)
      this.#variables.length = mark
      return ending !== 'break'
    }
    const v = value?.v
    const times = integerOf(v)
    if (times !== undefined) {
      if (variables.length > 1) this.#fail(`can't use ${times} to iterate over more than one variable`)
      for (let i = 0n; i < times; i++) if (!once(undefined, concrete(typeof v === 'number' ? Number(i) : i))) break
    } else if (Array.isArray(v)) {
      for (let i = 0; i < v.length; i++) if (!once(concrete(BigInt(i)), boxed(v[i]))) break
    } else if (isMap(v)) {
      for (const key of sortedKeys(v)) if (!once(concrete(key), boxed(v[key]))) break
    } else if (v !== undefined) this.#fail(`range can't iterate over ${valueText(v)}`)
    const ending = !ran && node.elseList !== undefined ? this.#walk(dot, node.elseList) : undefined
    this.#variables.length = scope
    return ending
  }

  #template(dot: Val | undefined, node: Extract<Node, { type: 'template' }>): Ending {
    const root = this.template.defined.get(node.name)
    if (root === undefined) return this.#fail(`template ${goQuote(node.name)} not defined`)
    if (this.depth >= MAX_DEPTH) this.#fail('exceeded maximum template depth (100000)')
    const data = node.pipe === undefined ? undefined : this.#pipeline(dot, node.pipe)
    new State(this.template, node.name, this.missingKeyError, this.out, this.depth + 1).start(root, data)
    return undefined
  }

  #constant({ text, value }: Extract<Operand, { type: 'number' }>): Val {
    return value === 'overflow' ? this.#fail(`${text} overflows int`) : concrete(value)
  }

  // ── Variables ─────────────────────────────────────────────────────────────

  #assign(name: string, value: Val | undefined): void {
    const variable = this.#variables.findLast(v => v.name === name)
    if (variable === undefined) this.#fail(`undefined variable: ${name}`)
    else variable.value = value
  }

  #variable(name: string): Val | undefined {
    const variable = this.#variables.findLast(v => v.name === name)
    return variable === undefined ? this.#fail(`undefined variable: ${name}`) : variable.value
  }

  // ── Pipelines ─────────────────────────────────────────────────────────────

  #pipeline(dot: Val | undefined, pipe: PipeNode): Val | undefined {
    this.#node = pipe
    let value: Val | undefined
    pipe.commands.forEach((command, i) => {
      value = unboxed(this.#command(dot, command, i === 0 ? [] : [value]))
    })
    for (const name of pipe.variables) {
      if (pipe.assigns) this.#assign(name, value)
      else this.#variables.push({ name, value })
    }
    return value
  }

  /** `final` holds the value that the pipeline hands on, if there is one. */
  #command(dot: Val | undefined, command: CommandNode, final: readonly (Val | undefined)[]): Val | undefined {
    const first = command.args[0] as Operand
    const noArguments = (): void => {
      if (command.args.length > 1 || final.length > 0) this.#fail(`can't give argument to non-function ${nodeText(first)}`)
    }
    const hasArguments = command.args.length > 1 || final.length > 0
    switch (first.type) {
      case 'field':
        this.#node = first
        return this.#chain(dot, first.names, hasArguments)
      case 'chain':
        return this.#chainNode(dot, first, hasArguments)
      case 'identifier':
        return this.#function(dot, first, command, command.args.slice(1), final)
      case 'pipe':
        noArguments()
        return this.#pipeline(dot, first)
      case 'variable':
        this.#node = first
        if (first.names.length > 0) return this.#chain(this.#variable(first.name), first.names, hasArguments)
        noArguments()
        return this.#variable(first.name)
    }
    this.#node = first
    noArguments()
    switch (first.type) {
      case 'bool':
        return concrete(first.value)
      case 'number':
        return this.#constant(first)
      case 'string':
        return concrete(first.text)
      case 'dot':
        return dot
      default:
        return this.#fail('nil is not a command')
    }
  }

  #chainNode(dot: Val | undefined, node: Extract<Operand, { type: 'chain' }>, hasArguments: boolean): Val | undefined {
    this.#node = node
    return this.#chain(this.#argument(dot, undefined, node.node), node.names, hasArguments)
  }

  #chain(receiver: Val | undefined, names: readonly string[], hasArguments: boolean): Val | undefined {
    let value = receiver
    names.forEach((name, i) => {
      value = this.#field(value, name, hasArguments && i === names.length - 1)
    })
    return value
  }

  #field(receiver: Val | undefined, name: string, hasArguments: boolean): Val | undefined {
    if (receiver === undefined) return this.missingKeyError ? this.#fail(`nil data; no entry for key ${goQuote(name)}`) : undefined
    const { v } = receiver
    if (v === null) return this.#fail(`nil pointer evaluating interface {}.${name}`)
    if (!isMap(v)) return this.#fail(`can't evaluate field ${name} in type ${staticTypeName(receiver)}`)
    if (hasArguments) this.#fail(`${name} is not a method but has arguments`)
    if (Object.hasOwn(v, name) && v[name] !== undefined) return boxed(v[name])
    return this.missingKeyError ? this.#fail(`map has no entry for key ${goQuote(name)}`) : undefined
  }

  // ── Calls ─────────────────────────────────────────────────────────────────

  #function(dot: Val | undefined, identifier: Extract<Operand, { type: 'identifier' }>, node: Node, args: readonly Operand[], final: readonly (Val | undefined)[]): Val | undefined {
    this.#node = identifier
    const { name } = identifier
    const fn = FUNCTIONS[name] as TemplateFunction
    const count = args.length + final.length
    const { parameters, rest } = fn
    if (rest !== undefined && count < parameters.length) this.#fail(`wrong number of args for ${name}: want at least ${parameters.length} got ${args.length}`)
    if (rest === undefined && count !== parameters.length) this.#fail(`wrong number of args for ${name}: want ${parameters.length} got ${count}`)
    if (name === 'and' || name === 'or') return this.#andOr(dot, name, args, final)
    const parameter = (i: number): Parameter => parameters[i] ?? (rest as Parameter)
    const values = args.map((arg, i) => this.#argument(dot, parameter(i), arg))
    if (final.length > 0) values.push(this.#accepted(final[0], parameter(values.length)))
    try {
      return fn.call(values)
    } catch (e) {
      if (!(e instanceof CallError)) throw e
      this.#node = node
      const why = name === 'call' && e.message.startsWith('of type') ? `non-function ${args[0] === undefined ? valueText(final[0]?.v) : nodeText(args[0])} ${e.message}` : e.message
      return this.#fail(`error calling ${name}: ${why}`)
    }
  }

  /** The first argument that decides, or the last one. */
  #andOr(dot: Val | undefined, name: string, args: readonly Operand[], final: readonly (Val | undefined)[]): Val | undefined {
    let value: Val | undefined
    for (const arg of args) {
      value = this.#argument(dot, 'value', arg)
      if (isTrue(value) === (name === 'or')) return value
    }
    return final.length > 0 ? final[0] : value
  }

  #argument(dot: Val | undefined, parameter: Parameter | undefined, node: Operand): Val | undefined {
    this.#node = node
    if (node.type === 'nil') return parameter === 'string' ? this.#fail('cannot assign nil to string') : parameter === 'any' ? boxed(null) : undefined
    if (NODE_TYPES_OF_ARGUMENTS.has(node.type)) {
      if (parameter === 'string' && node.type !== 'string') return this.#fail(`expected string; found ${nodeText(node)}`)
      return node.type === 'string' ? concrete(node.text) : node.type === 'number' ? this.#constant(node) : concrete((node as { value: unknown }).value)
    }
    return this.#accepted(this.#operand(dot, node), parameter)
  }

  #operand(dot: Val | undefined, node: Operand): Val | undefined {
    switch (node.type) {
      case 'dot':
        return dot
      case 'field':
        return this.#chain(dot, node.names, false)
      case 'variable':
        return this.#chain(this.#variable(node.name), node.names, false)
      case 'pipe':
        return this.#pipeline(dot, node)
      case 'identifier':
        return this.#function(dot, node, node, [], [])
      case 'chain':
        return this.#chainNode(dot, node, false)
      default:
        return this.#fail(`can't handle ${nodeText(node)}`)
    }
  }

  /** The value as the parameter takes it. */
  #accepted(value: Val | undefined, parameter: Parameter | undefined): Val | undefined {
    if (parameter === 'any') return value ?? boxed(null)
    if (parameter !== 'string') return value
    if (value === undefined) return this.#fail('invalid value; expected string')
    if (typeof value.v === 'string') return concrete(value.v)
    return this.#fail(`wrong type for value; expected string; got ${value.v === null ? 'interface {}' : typeName(value.v)}`)
  }
}
