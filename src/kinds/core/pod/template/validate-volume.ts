/** Volumes of a pod: each from exactly one source. upstream: pkg/apis/core/validation ValidateVolumes */
import type { Findings, Path } from '../../../../base/findings'
import { isDns1123Subdomain } from '../../../../base/validation'
import type { Volume } from '../../../schema/types/core.v1'
import { goQuote } from '../../../../base/field'
import type { PodOptions } from './options'
import { SOURCES, type SourceRule } from './validate-volume-source'
import { dnsLabel } from './validate-text'

/** The valid volumes by name. */
export type Volumes = ReadonlyMap<string, Volume>

const MORE_THAN_ONE = 'may not specify more than 1 volume type'
const RULES = new Map<string, SourceRule>(SOURCES.map(rule => [rule.field, rule]))
const NONE: Volumes = new Map()

export function validateVolumes(f: Findings, path: Path, volumes: readonly Volume[] | undefined, options: PodOptions): Volumes {
  if (volumes === undefined || volumes.length === 0) return NONE
  const found = new Map<string, Volume>()
  const claims = createdClaims(volumes, options)
  for (let i = 0; i < volumes.length; i++) {
    const v = volumes[i] as Volume
    const at = path.at(i)
    const before = f.errors.length
    validateSource(f, at, v, options)
    const name = v.name ?? ''
    if (name === '') f.required(at.child('name'))
    else dnsLabel(f, at.child('name'), name)
    if (found.has(name)) f.duplicate(at.child('name'), name)
    if (f.errors.length === before) found.set(name, v)
    const claim = v.persistentVolumeClaim?.claimName
    if (claim !== undefined && claims !== undefined && claims.has(claim))
      f.invalid(at.child('persistentVolumeClaim').child('claimName'), claim, 'must not reference a PVC that gets created for an ephemeral volume')
  }
  return found
}

/** Names of the claims that the pod's own ephemeral volumes will have. */
function createdClaims(volumes: readonly Volume[], { podName }: PodOptions): Set<string> | undefined {
  if (podName === undefined || podName === '') return undefined
  let names: Set<string> | undefined
  for (const v of volumes) if (v.ephemeral !== undefined) (names ??= new Set()).add(`${podName}-${v.name}`)
  return names
}

function validateSource(f: Findings, at: Path, v: Volume, options: PodOptions): void {
  let only: SourceRule | undefined
  let sources = 0
  for (const field in v) {
    const rule = RULES.get(field)
    if (rule === undefined || v[field as keyof Volume] === undefined) continue
    sources++
    only = rule
  }
  if (sources === 0) f.required(at, 'must specify a volume type')
  else if (sources === 1) apply(f, at, v, only as SourceRule, options)
  else applyFirst(f, at, v, options)
}

function apply(f: Findings, at: Path, v: Volume, rule: SourceRule, options: PodOptions): void {
  rule.check(f, at.child(rule.path ?? rule.field), v, options, at)
  if (rule.field === 'iscsi' && v.iscsi?.initiatorName !== undefined && `${v.name}:${v.iscsi.targetPortal}`.length > 64)
    f.invalid(at.child('name'), v.name, 'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.')
  if (rule.field === 'ephemeral' && options.podName !== undefined && options.podName !== '' && v.name !== '') {
    const claim = `${options.podName}-${v.name}`
    for (const problem of isDns1123Subdomain(claim)) f.invalid(at.child('name'), v.name, `PVC name ${goQuote(claim)}: ${problem}`)
  }
}

/** Only the first of several sources is looked at. */
function applyFirst(f: Findings, at: Path, v: Volume, options: PodOptions): void {
  let first = true
  for (const rule of SOURCES) {
    if (v[rule.field] === undefined) continue
    if (first) apply(f, at, v, rule, options)
    else f.forbidden(at.child(rule.forbiddenPath ?? rule.field), MORE_THAN_ONE)
    first = false
  }
}
