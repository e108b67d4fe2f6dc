/** The validation of storage classes. upstream: pkg/apis/storage/validation ValidateStorageClass, pkg/apis/core/validation ValidateTopologySelectorTerm */
import { Path, type Findings } from '../../../base/findings'
import { isQualifiedName } from '../../../base/validation'
import { immutableField, recheckedUpdate } from '../../metadata-checks'
import type { TopologySelectorTerm } from '../../schema/types/core.v1'
import type { StorageClass } from '../../schema/types/storage.v1'
import { validateParameters } from '../parameters'

const PROVISIONER = Path.of('provisioner')
const PARAMETERS = Path.of('parameters')
const TOPOLOGIES = Path.of('allowedTopologies')
const POLICIES = ['Delete', 'Retain']
const MODES = ['Immediate', 'WaitForFirstConsumer']

export function validateClass(f: Findings, c: StorageClass): void {
  validateDriver(f, PROVISIONER, c.provisioner)
  validateParameters(f, PARAMETERS, c.parameters, true)
  const policy = c.reclaimPolicy ?? ''
  if (policy !== '' && !POLICIES.includes(policy)) f.unsupported(Path.of('reclaimPolicy'), policy, POLICIES)
  const mode = c.volumeBindingMode
  if (mode === undefined) f.required(Path.of('volumeBindingMode'))
  else if (!MODES.includes(mode)) f.unsupported(Path.of('volumeBindingMode'), mode, MODES)
  validateTopologies(f, c.allowedTopologies ?? [])
}

export const validateClassUpdate = recheckedUpdate<StorageClass>({ namespaced: false }, validateClass, (f, next, previous) => {
  immutableField(f, PARAMETERS, next.parameters, previous.parameters)
  immutableField(f, PROVISIONER, next.provisioner ?? '', previous.provisioner)
  immutableField(f, Path.of('reclaimPolicy'), next.reclaimPolicy, previous.reclaimPolicy)
  immutableField(f, Path.of('volumeBindingMode'), next.volumeBindingMode, previous.volumeBindingMode)
})

/** A name that is there and is qualified, whatever its case. */
export function validateDriver(f: Findings, at: Path, driver: string | undefined): void {
  if (driver === undefined || driver === '') return f.required(at)
  const lower = driver.toLowerCase()
  f.problems(at, lower, isQualifiedName(lower))
}

/** Terms are alternatives: the same one twice, or one that says nothing, has no place among them. */
function validateTopologies(f: Findings, terms: readonly TopologySelectorTerm[]): void {
  const known = new Set<string>(['{}'])
  terms.forEach((term, i) => {
    const at = TOPOLOGIES.at(i).child('matchLabelExpressions')
    const values = validateTerm(f, at, term)
    const text = JSON.stringify(Object.fromEntries([...values].sort(([a], [b]) => (a < b ? -1 : 1))))
    if (known.has(text)) f.duplicate(at, '')
    known.add(text)
  })
}

/** Answers the values by key. */
function validateTerm(f: Findings, at: Path, { matchLabelExpressions = [] }: TopologySelectorTerm): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  matchLabelExpressions.forEach(({ key = '', values: given }, i) => {
    const each = at.at(i)
    // A list that is left out is null.
    const values = given ?? []
    if (values.length === 0) f.required(each.child('values'))
    values.forEach((value, j) => {
      if (values.indexOf(value) < j) f.duplicate(each.child('values').at(j), value)
    })
    f.problems(each.child('key'), key, isQualifiedName(key))
    if (found.has(key)) f.duplicate(each.child('key'), key)
    found.set(key, [...new Set(values)].sort())
  })
  return found
}
