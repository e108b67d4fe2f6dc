/** What is changed in every parsed expression before it is checked or run. */
import { heedLists } from './list-kinds'
import { ownPresence } from './presence'

interface Node {
  readonly op: string
  readonly args: unknown
}

/** Changes the tree in place and answers it. */
export function prepareTree<T>(tree: T): T {
  visit(tree)
  return tree
}

function visit(node: unknown): void {
  if (Array.isArray(node)) return node.forEach(visit)
  if (typeof node !== 'object' || node === null || !('op' in node)) return
  const { op, args } = node as Node
  if (op === '==' || op === '!=' || op === '+') heedLists(node as never)
  else if (op === 'call') ownPresence(node as never)
  visit(args)
}
