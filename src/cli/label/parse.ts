/** The labels that a person types. upstream: kubectl/pkg/cmd/label/label.go */
import { UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import { isLabelValue } from '../../base/validation'

/** `a=b`, `c-`. Throws UsageError. upstream: parseLabels */
export function parseLabels(specs: readonly string[]): { set: Record<string, string>; remove: string[] } {
  const set: Record<string, string> = {}
  const remove: string[] = []
  for (const spec of specs) {
    if (spec.includes('=')) {
      const [key = '', value = '', more] = spec.split('=')
      if (more !== undefined) throw new UsageError(`invalid label spec: ${spec}`)
      const problems = isLabelValue(value)
      if (problems.length > 0) throw new UsageError(`invalid label value: ${goQuote(spec)}: ${problems.join(';')}`)
      set[key] = value
    } else if (spec.endsWith('-')) remove.push(spec.slice(0, -1))
    else throw new UsageError(`unknown label spec: ${spec}`)
  }
  if (remove.some(key => Object.hasOwn(set, key))) throw new UsageError('can not both modify and remove a label in the same command')
  return { set, remove }
}
