/** Labels of nodes that have been renamed, and the warnings for using them. upstream: pkg/api/node/util.go */
import type { Path } from '../../../../base/findings'
import { isLabelValue } from '../../../../base/validation'
import type { NodeSelectorTerm } from '../../../schema/types/core.v1'

const RENAMED: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
}

/** What to say of a node label that has been renamed. */
export const renamedNodeLabel = (key: string): string | undefined => (Object.hasOwn(RENAMED, key) ? RENAMED[key] : undefined)

/** `checkValues` for terms whose values are not validated. */
export function* nodeSelectorTermWarnings(term: NodeSelectorTerm | undefined, checkValues: boolean, path: Path): Iterable<string> {
  for (const [i, { key, values }] of (term?.matchExpressions ?? []).entries()) {
    const at = path.child('matchExpressions').at(i)
    const renamed = renamedNodeLabel(key)
    if (renamed !== undefined) yield `${at.child('key')}: ${key} is ${renamed}`
    if (!checkValues) continue
    for (const [j, value] of (values ?? []).entries()) for (const problem of isLabelValue(value)) yield `${at.child('values').at(j)}: ${value} is invalid, ${problem}`
  }
}
