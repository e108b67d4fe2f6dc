/** The validation of nodes. upstream: pkg/apis/core/validation ValidateNode, ValidateNodeUpdate */
import { Findings, Path } from '../../../base/findings'
import type { FieldErrors } from '../../../base/field'
import { cidrWarnings, parseCidr, validateLegacyCidr } from '../../../base/ip'
import { parseQuantity } from '../../../base/quantity'
import { isLabelValue } from '../../../base/validation'
import { checked, checkedUpdate, checkMetadata } from '../../metadata-checks'
import type { Node, NodeSpec, Taint } from '../../schema/types/core.v1'
import { TAINT_EFFECTS } from '../pod/template/validate-affinity'
import { validateResourceQuantity } from '../pod/template/validate-resources'
import { labelName } from '../pod/template/validate-text'

const SPEC = Path.of('spec')
const STATUS = Path.of('status')
// Upstream puts them there.
const TAINTS = Path.of('metadata').child('taints')
const RANGES = SPEC.child('podCIDRs')

/** The single range is the first of the list. upstream: pkg/apis/core/v1/conversion.go Convert_v1_NodeSpec_To_core_NodeSpec */
export function defaultNode(n: Node): void {
  const spec = (n.spec ??= {})
  const { podCIDR = '', podCIDRs = [] } = spec
  if (podCIDR === '' && podCIDRs[0] !== undefined) spec.podCIDR = podCIDRs[0]
  else if (podCIDR !== '' && podCIDRs[0] !== podCIDR) spec.podCIDRs = [podCIDR]
  const status = n.status
  if (status !== undefined && status.allocatable === undefined && status.capacity !== undefined) status.allocatable = status.capacity
}

export const validateNode = checked(check)

function check(f: Findings, n: Node): void {
  const taints = n.spec?.taints ?? []
  if (taints.length > 0) validateTaints(f, taints)
  validateAmounts(f, n)
  validateRanges(f, n.spec ?? {})
}

/** A changed node is checked as a new one, and then again. upstream: pkg/registry/core/node/strategy.go ValidateUpdate */
export function validateNodeUpdate(next: Node, previous: Node): FieldErrors {
  const f = new Findings()
  checkMetadata(f, next.metadata, { namespaced: false, previous: previous.metadata })
  if (next.spec !== previous.spec || next.status !== previous.status) check(f, next)
  f.all(checkUpdate(next, previous))
  return f.errors
}

const checkUpdate = checkedUpdate<Node>((f, next, previous) => {
  if (next.status?.addresses !== previous.status?.addresses) validateAddresses(f, next)
  const spec = next.spec ?? {}
  const before = previous.spec ?? {}
  if (spec === before) return
  const was = before.podCIDRs ?? []
  const now = spec.podCIDRs ?? []
  if (was.length > 0 && (was.length !== now.length || was.some((range, i) => range !== now[i]))) f.forbidden(RANGES, 'node updates may not change podCIDR except from "" to valid')
  if ((before.providerID ?? '') !== '' && before.providerID !== spec.providerID) f.forbidden(SPEC.child('providerID'), 'node updates may not change providerID except from "" to valid')
  if (spec.taints !== before.taints && (spec.taints ?? []).length > 0) validateTaints(f, spec.taints as Taint[])
  if ((spec.externalID ?? '') !== (before.externalID ?? '')) f.forbidden(SPEC.child('externalID'), 'may not be updated')
})

/** upstream: validateNodeTaints */
function validateTaints(f: Findings, taints: readonly Taint[]): void {
  const seen = new Set<string>()
  taints.forEach(({ key = '', value = '', effect = '', timeAdded }, i) => {
    const at = TAINTS.at(i)
    labelName(f, at.child('key'), key)
    const problems = isLabelValue(value)
    if (problems.length > 0) f.invalid(at.child('value'), value, problems.join(';'))
    if (effect === '') f.required(at.child('effect'))
    else if (!TAINT_EFFECTS.includes(effect)) f.unsupported(at.child('effect'), effect, TAINT_EFFECTS)
    const id = `${effect} ${key}`
    if (seen.has(id))
      f.errors.push({ type: 'FieldValueDuplicate', field: at.toString(), value: { Key: key, Value: value, Effect: effect, TimeAdded: timeAdded ?? null }, detail: 'taints must be unique by key and effect pair' })
    seen.add(id)
  })
}

function validateAmounts(f: Findings, { status }: Node): void {
  for (const list of ['capacity', 'allocatable'] as const) {
    const amounts = status?.[list]
    for (const name in amounts) validateResourceQuantity(f, STATUS.child(list).key(name), name, parseQuantity(amounts[name] as string))
  }
}

function validateRanges(f: Findings, { podCIDRs: ranges = [] }: NodeSpec): void {
  ranges.forEach((range, i) => f.all(validateLegacyCidr(range, RANGES.at(i).toString())))
  if (ranges.length < 2) return
  const families = new Set(ranges.map(range => parseCidr(range)?.network.family))
  if (families.size < 2 || ranges.length > 2) f.invalid(RANGES, ranges, 'may specify no more than one CIDR for each IP family')
}

function validateAddresses(f: Findings, { status }: Node): void {
  const seen = new Set<string>()
  status?.addresses?.forEach(({ type = '', address = '' }, i) => {
    const id = `${type} ${address}`
    if (seen.has(id)) f.duplicate(STATUS.child('addresses').at(i), { Type: type, Address: address })
    seen.add(id)
  })
}

/** upstream: pkg/registry/core/node/strategy.go fieldIsDeprecatedWarnings */
export function* nodeWarnings({ spec }: Node): Iterable<string> {
  if (spec?.configSource !== undefined) yield 'spec.configSource: deprecated in v1.22, support removal is planned in v1.26'
  if ((spec?.externalID ?? '') !== '') yield 'spec.externalID: this field is deprecated, and is unused by Kubernetes'
  for (const [i, range] of (spec?.podCIDRs ?? []).entries()) yield* cidrWarnings(range, `spec.podCIDRs[${i}]`)
}
