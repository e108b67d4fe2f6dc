/** Conditions of the flow control kinds, and the names of what a cluster cannot be without. upstream: pkg/apis/flowcontrol/validation */
import type { Findings } from '../../base/findings'
import { Path } from '../../base/findings'

const CONDITIONS = Path.of('status').child('conditions')

/** Objects whose spec is fixed. */
export const MANDATORY = ['catch-all', 'exempt']

export function validateConditions(f: Findings, conditions: readonly { readonly type?: string }[] | undefined): void {
  const types = new Set<string>()
  conditions?.forEach(({ type = '' }, i) => {
    const at = CONDITIONS.at(i).child('type')
    if (types.has(type)) f.duplicate(at, type)
    types.add(type)
    if (type === '') f.required(at, 'must not be empty')
  })
}
