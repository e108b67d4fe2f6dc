/** What `--for` waits for, read from its text. upstream: kubectl/pkg/cmd/wait conditionFuncsFor */
import { UsageError } from '../../base/errors'
import { goValue } from '../../base/go-text'
import { findJsonPath, parseJsonPath, relaxedJsonPath } from '../../base/json-path'
import type { KubeObject } from '../../kinds/kind'

export type Condition =
  | { readonly kind: 'create' | 'delete' }
  /** Whether the object, as it is now, meets it. Throws UsageError when that cannot be said. */
  | { readonly kind: 'state'; met(object: KubeObject): boolean }

/** Throws UsageError. */
export function conditionOf(text: string): Condition {
  const lower = text.toLowerCase()
  if (lower === 'delete' || lower === 'create') return { kind: lower }
  if (text.startsWith('condition=')) {
    const rest = text.slice('condition='.length)
    const equals = rest.indexOf('=')
    const [name, value] = equals < 0 ? [rest, 'true'] : [rest.slice(0, equals), rest.slice(equals + 1)]
    return { kind: 'state', met: object => hasCondition(object, name, value) }
  }
  if (text.startsWith('jsonpath=')) return jsonPathCondition(text.slice('jsonpath='.length))
  throw new UsageError(`unrecognized condition: ${JSON.stringify(text)}`)
}

const equalFold = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

interface WithStatus extends KubeObject {
  readonly status?: { readonly observedGeneration?: number; readonly conditions?: readonly { readonly type?: string; readonly status?: string; readonly observedGeneration?: number }[] }
}

/** A condition of an older generation does not count. */
function hasCondition({ metadata, status }: WithStatus, name: string, value: string): boolean {
  const found = status?.conditions?.find(c => equalFold(c.type ?? '', name) && c.status !== undefined)
  if (found === undefined) return false
  const observed = found.observedGeneration ?? status?.observedGeneration
  if (metadata.generation !== undefined && observed !== undefined && observed < metadata.generation) return false
  return equalFold(found.status ?? '', value)
}

const FORMAT = "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'"

function jsonPathCondition(text: string): Condition {
  const parts = splitAtSingleEquals(text)
  if (parts.length > 2) throw new UsageError(FORMAT)
  const template = asUsage(() => {
    const path = relaxedJsonPath(parts[0] ?? '')
    if (path === '') throw new Error('jsonpath expression cannot be empty')
    return parseJsonPath(path)
  })
  const value = parts[1]?.replace(/^['"]+|['"]+$/g, '')
  if (value === '') throw new UsageError("jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3")
  return {
    kind: 'state',
    met(object) {
      const lists = asUsage(() => findJsonPath(template, object, { allowMissingKeys: true }))
      const [first = []] = lists
      if (first.length === 0) return false
      if (lists.length > 1) throw new UsageError('given jsonpath expression matches more than one list')
      if (first.length > 1) throw new UsageError('given jsonpath expression matches more than one value')
      if (value === undefined) return true
      const found = first[0]
      if (typeof found === 'object' && found !== null) throw new UsageError('jsonpath leads to a nested object or list which is not supported')
      return goValue(found).trim() === value.trim()
    },
  }
}

/** `a==b=c` has two parts, `a==b` and `c`. upstream: splitJSONPathInput */
function splitAtSingleEquals(text: string): string[] {
  const parts: string[] = []
  let part = ''
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '=' && text[i + 1] === '=') {
      part += '=='
      i++
    } else if (text[i] === '=') {
      parts.push(part)
      part = ''
    } else part += text[i]
  }
  return [...parts, part]
}

function asUsage<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
