/** What an evaluation costs, counted as cel-go counts it, and where it has to stop. upstream: cel-go/interpreter/runtimecost.go, apiserver/pkg/cel/library/cost.go, apis/cel/config.go */

/** One expression may cost no more. */
const PER_CALL_LIMIT = 1_000_000
/** All rules of one object may cost no more. */
export const CALL_BUDGET = 10_000_000
const CREATE_LIST = 10
const CREATE_MAP = 30
/** Walking a string costs a tenth a character, a regular expression a quarter. */
const STRING_FACTOR = 0.1
const REGEX_FACTOR = 0.25

/** What an evaluation that was stopped says. */
export const COST_LIMIT = 'operation cancelled: actual cost limit exceeded'

export class CostLimitError extends Error {
  constructor() {
    super(COST_LIMIT)
  }
}

interface Node {
  readonly op: string
  readonly args: unknown
  readonly meta: { readonly evaluate: Evaluate; readonly alternate?: Node; readonly macro?: { evaluate: Evaluate } }
  setMeta(key: string, value: unknown): unknown
}
type Evaluate = (ev: unknown, node: unknown, context: unknown) => unknown

/** Macros are evaluated by what stands in for them. */
function wrap(node: Node, around: (evaluate: () => unknown) => unknown): void {
  const { alternate, macro } = node.meta
  const wrapped = (evaluate: Evaluate): Evaluate => (ev, at, context) => around(() => evaluate(ev, at, context))
  if (alternate !== undefined) alternate.setMeta('evaluate', wrapped(alternate.meta.evaluate))
  else if (macro !== undefined) macro.evaluate = wrapped(macro.evaluate)
  else node.setMeta('evaluate', wrapped(node.meta.evaluate))
}

/** Of the evaluation that runs: expressions do not wait for anything. */
let spent = 0

/** The result of a metered expression, and what it cost. Throws CostLimitError. */
export function metered<T>(work: () => T): { readonly value: T; readonly cost: number } {
  const before = spent
  spent = 0
  try {
    const value = work()
    return { value, cost: spent }
  } finally {
    spent = before
  }
}

function charge(cost: number): void {
  spent += cost
  if (spent > PER_CALL_LIMIT) throw new CostLimitError()
}

/** What each node gave last: the sizes of operands decide on costs. */
const last = new WeakMap<object, unknown>()

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return [...value].length
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length
  if (value instanceof Map) return value.size
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) return Object.keys(value).length
  return 1
}

const walk = (size: number, factor = STRING_FACTOR): number => Math.ceil(size * factor)
const sizeAt = (node: unknown): number => sizeOf(last.get(node as object))
const isConstant = (node: unknown): boolean => {
  const { op, args } = node as Node
  return op === 'value' || ((op === 'list' || op === 'map') && (args as unknown[]).flat().every(isConstant))
}

/** Names of types are constants. */
const TYPES = new Set(['bool', 'bytes', 'double', 'int', 'list', 'map', 'null_type', 'string', 'type', 'uint'])
const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>='])
const CONVERSIONS = new Set(['int', 'uint', 'double', 'string', 'bytes', 'bool', 'duration', 'timestamp', 'type'])
/** Functions that read their receiver once. */
const WALKS = new Set(['lowerAscii', 'upperAscii', 'replace', 'split', 'substring', 'trim', 'join', 'format', 'url', 'isURL', 'quantity', 'isQuantity', 'ip', 'isIP', 'cidr', 'isCIDR'])
/** Functions that read every element. */
const ELEMENTS = new Set(['sum', 'min', 'max', 'indexOf', 'lastIndexOf', 'isSorted'])

/** What a node costs by itself, its operands apart. */
function own(node: Node, result: unknown): number {
  const args = node.args as unknown[]
  switch (node.op) {
    case 'id':
      return TYPES.has(node.args as string) ? 0 : 1
    case '.':
    case '.?':
    case '[]':
    case '[?]':
    case '!_':
    case '-_':
      return 1
    case 'list':
      return isConstant(node) ? 0 : CREATE_LIST
    case 'map':
      return isConstant(node) ? 0 : CREATE_MAP
    case 'in':
      return isConstant(args[1]) ? 0 : Array.isArray(last.get(args[1] as object)) ? sizeAt(args[1]) : 1
    case '+':
      return typeof result === 'string' || result instanceof Uint8Array ? walk(sizeAt(args[0]) + sizeAt(args[1])) : 1
    case '-':
    case '*':
    case '/':
    case '%':
      return 1
    case 'call':
    case 'rcall':
      return callCost(node)
    default:
      return COMPARISONS.has(node.op) ? walk(Math.min(sizeAt(args[0]), sizeAt(args[1]))) : 0
  }
}

function callCost({ op, args }: Node): number {
  const [name, first, more] = args as [string, unknown, unknown[] | undefined]
  const given = op === 'rcall' ? [first, ...(more ?? [])] : (first as unknown[])
  // Presence is told by the selection that it asks about.
  if (name === 'has') return 0
  if (name === 'startsWith' || name === 'endsWith') return walk(sizeAt(given[1]))
  if (name === 'contains' && typeof last.get(given[0] as object) === 'string') return walk(sizeAt(given[0])) * walk(sizeAt(given[1]))
  if (name === 'matches' || name === 'find' || name === 'findAll') return walk(sizeAt(given[0]) + 1) * walk(sizeAt(given[1]), REGEX_FACTOR)
  if (CONVERSIONS.has(name) && op === 'call') return isConstant(given[0]) ? 0 : name === 'string' || name === 'bytes' ? Math.max(1, walk(sizeAt(given[0]))) : 1
  if (WALKS.has(name)) return walk(sizeAt(given[0]))
  if (ELEMENTS.has(name) && Array.isArray(last.get(given[0] as object))) return sizeAt(given[0])
  return 1
}

interface Comprehension {
  /** What each evaluation of the predicate adds: reading and testing the accumulator, and what becomes of it. */
  readonly each: (result: unknown) => number
  /** Besides the last look at the accumulator: the test that ended it before its end. */
  readonly end: (result: unknown, complete: boolean) => number
}

const ACCUMULATE = 12
const COMPREHENSIONS: Readonly<Record<string, Comprehension>> = {
  all: { each: () => 3, end: (result, complete) => 1 + (result === false && !complete ? 2 : 0) },
  exists: { each: () => 4, end: (result, complete) => 1 + (result === true && !complete ? 3 : 0) },
  exists_one: { each: result => (result === true ? 2 : 0), end: () => 2 },
  existsOne: { each: result => (result === true ? 2 : 0), end: () => 2 },
  filter: { each: result => (result === true ? ACCUMULATE + 1 : 0), end: () => 1 },
  map: { each: () => ACCUMULATE, end: () => 1 },
  transformList: { each: () => ACCUMULATE, end: () => 1 },
}
/** Comprehensions that name two variables. */
const NAMED_TWICE = new Set(['transformList'])

/** Lets every node of a checked expression charge for itself. */
export function meter(node: unknown): void {
  if (Array.isArray(node)) return node.forEach(meter)
  if (typeof node !== 'object' || node === null || !('op' in node)) return
  const at = node as Node
  const { op, args } = at
  const comprehension = op === 'rcall' ? COMPREHENSIONS[(args as [string])[0]] : undefined
  if (comprehension !== undefined && (args as unknown[][])[2]?.length !== undefined) return meterComprehension(at, comprehension)
  // Whether a field is there costs nothing besides what leads to it.
  meter(op === 'call' && (args as [unknown])[0] === 'has' ? ((args as [string, Node[]])[1][0]?.args as unknown) : args)
  // The variable of an index is part of the selection.
  if (op === '[]' && (args as Node[])[1]?.op === 'id') unmetered.add((args as Node[])[1] as Node)
  wrap(at, evaluate => {
    const result = evaluate()
    last.set(at, result)
    if (!unmetered.has(at)) charge(own(at, result))
    return result
  })
}

const unmetered = new WeakSet<object>()

function meterComprehension(node: Node, { each, end }: Comprehension): void {
  const [name, receiver, args] = node.args as [string, Node, Node[]]
  meter(receiver)
  const two = NAMED_TWICE.has(name) || (args.length === 3 && name !== 'map')
  const bodies = args.slice(two ? 2 : 1)
  meter(bodies)
  const counted = bodies[bodies.length - 1]
  let evaluations = 0
  if (counted !== undefined)
    wrap(counted, evaluate => {
      const result = evaluate()
      evaluations++
      charge(each(result))
      return result
    })
  wrap(node, evaluate => {
    const before = evaluations
    evaluations = 0
    try {
      const result = evaluate()
      last.set(node, result)
      charge(end(result, evaluations >= sizeOf(last.get(receiver))))
      return result
    } finally {
      evaluations = before
    }
  })
}
