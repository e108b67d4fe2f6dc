/** The parsed form of a Go template, and how error messages write it. upstream: Go's text/template/parse/node.go */

import type { NumberValue } from './literals'

export type Node =
  | { readonly type: 'list'; readonly at: number; readonly nodes: Node[] }
  | { readonly type: 'text'; readonly at: number; readonly text: string }
  | { readonly type: 'action'; readonly at: number; readonly pipe: PipeNode }
  | { readonly type: 'if' | 'with' | 'range'; readonly at: number; readonly pipe: PipeNode; readonly list: ListNode; readonly elseList: ListNode | undefined }
  | { readonly type: 'template'; readonly at: number; readonly name: string; readonly quoted: string; readonly pipe: PipeNode | undefined }
  | { readonly type: 'break' | 'continue' | 'end' | 'else'; readonly at: number }
  | PipeNode
  | CommandNode
  | Operand

export type ListNode = Extract<Node, { type: 'list' }>

export interface PipeNode {
  readonly type: 'pipe'
  readonly at: number
  /** Variables declared, or assigned to. */
  readonly variables: string[]
  assigns: boolean
  readonly commands: CommandNode[]
}

export interface CommandNode {
  readonly type: 'command'
  readonly at: number
  readonly args: Operand[]
}

export type Operand =
  | { readonly type: 'identifier'; readonly at: number; readonly name: string }
  | { readonly type: 'field'; readonly at: number; readonly names: readonly string[] }
  | { readonly type: 'variable'; readonly at: number; readonly name: string; readonly names: readonly string[] }
  | { readonly type: 'chain'; readonly at: number; readonly node: Operand; readonly names: readonly string[] }
  | { readonly type: 'dot' | 'nil'; readonly at: number }
  | { readonly type: 'bool'; readonly at: number; readonly value: boolean }
  | { readonly type: 'number'; readonly at: number; readonly text: string; readonly value: NumberValue }
  | { readonly type: 'string'; readonly at: number; readonly quoted: string; readonly text: string }
  | PipeNode

/** The template's own text, normalised. */
export function nodeText(node: Node): string {
  switch (node.type) {
    case 'list':
      return node.nodes.map(nodeText).join('')
    case 'text':
      return node.text
    case 'action':
      return `{{${nodeText(node.pipe)}}}`
    case 'if':
    case 'with':
    case 'range':
      return `{{${node.type} ${nodeText(node.pipe)}}}${nodeText(node.list)}${node.elseList === undefined ? '' : `{{else}}${nodeText(node.elseList)}`}{{end}}`
    case 'template':
      return `{{template ${node.quoted}${node.pipe === undefined ? '' : ` ${nodeText(node.pipe)}`}}}`
    case 'break':
    case 'continue':
    case 'end':
    case 'else':
      return `{{${node.type}}}`
    case 'pipe': {
      const variables = node.variables.length === 0 ? '' : `${node.variables.join(', ')} ${node.assigns ? '=' : ':='} `
      return variables + node.commands.map(nodeText).join(' | ')
    }
    case 'command':
      return node.args.map(inParens).join(' ')
    case 'identifier':
      return node.name
    case 'field':
      return node.names.map(n => `.${n}`).join('')
    case 'variable':
      return [node.name, ...node.names].join('.')
    case 'chain':
      return inParens(node.node) + node.names.map(n => `.${n}`).join('')
    case 'dot':
      return '.'
    case 'nil':
      return 'nil'
    case 'bool':
      return String(node.value)
    case 'number':
      return node.text
    case 'string':
      return node.quoted
  }
}

const inParens = (node: Operand): string => (node.type === 'pipe' ? `(${nodeText(node)})` : nodeText(node))
