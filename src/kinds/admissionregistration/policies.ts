/** What policies of both kinds and their bindings share. upstream: pkg/apis/admissionregistration/validation, pkg/printers/internalversion */
import { Findings, Path } from '../../base/findings'
import { nameIsDnsSubdomain } from '../../base/validation'
import { formatLabelSelector } from '../../base/label-selector'
import { isProgram } from '../../cel/program'
import type { MutatingAdmissionPolicySpec, ParamKind, ParamRef, ValidatingAdmissionPolicySpec, Variable } from '../schema/types/admissionregistration.v1'
import type { Compiled, CompiledPolicy } from './expressions'
import { FAILURE_POLICIES, validateConditions, validateMatch, validateParamKind } from './match-rules'

export const SPEC = Path.of('spec')
const RESERVED = new Set(['true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while'])

export const paramKindCell = (kind: ParamKind | undefined): string => (kind === undefined ? '<unset>' : `${kind.apiVersion ?? ''}/${kind.kind ?? ''}`)
export function paramRefCell(ref: ParamRef | undefined): string {
  if (ref === undefined) return '<unset>'
  if ((ref.name ?? '') !== '') return ref.namespace === undefined || ref.namespace === '' ? (ref.name as string) : `${ref.namespace}/${ref.name}`
  return ref.selector === undefined ? '<unset>' : formatLabelSelector(ref.selector)
}

/** Failure policy, parameters, constraints, conditions and variables. */
export function validatePolicyFrame(f: Findings, spec: ValidatingAdmissionPolicySpec | MutatingAdmissionPolicySpec, compiled: CompiledPolicy, sameConditions: boolean): void {
  if (spec.failurePolicy === undefined) f.required(SPEC.child('failurePolicy'))
  else if (!FAILURE_POLICIES.includes(spec.failurePolicy)) f.unsupported(SPEC.child('failurePolicy'), spec.failurePolicy, FAILURE_POLICIES)
  if (spec.paramKind !== undefined) validateParamKind(f, SPEC.child('paramKind'), spec.paramKind)
  const constraints = SPEC.child('matchConstraints')
  if (spec.matchConstraints === undefined) f.required(constraints)
  else {
    validateMatch(f, constraints, spec.matchConstraints)
    if ((spec.matchConstraints.resourceRules ?? []).length === 0) f.required(constraints.child('resourceRules'))
  }
  if (!sameConditions) validateConditions(f, SPEC.child('matchConditions'), spec.matchConditions, spec.paramKind !== undefined)
  for (const [i, v] of (spec.variables ?? []).entries()) validateVariable(f, SPEC.child('variables').at(i), v, compiled)
}

function validateVariable(f: Findings, at: Path, v: Variable, compiled: CompiledPolicy): void {
  const name = v.name ?? ''
  const expression = v.expression ?? ''
  if (name.trim() === '') f.required(at.child('name'), 'name is not specified')
  else if (!/^[_a-zA-Z]\w*$/.test(name) || RESERVED.has(name)) f.invalid(at.child('name'), name, 'name is not a valid CEL identifier')
  if (expression.trim() === '') f.required(at.child('expression'), 'expression is not specified')
  else refused(f, at.child('expression'), expression, compiled.variables.find(x => x.name === name)?.program)
}

/** The compiler's complaint, if it has one. */
export function refused(f: Findings, at: Path, expression: string, program: Compiled | undefined): void {
  if (program !== undefined && !isProgram(program)) f.invalid(at, expression, program.error)
}

export function validatePolicyName(f: Findings, policyName: string | undefined): void {
  const at = SPEC.child('policyName')
  if ((policyName ?? '') === '') f.required(at)
  else f.problems(at, policyName, nameIsDnsSubdomain(policyName as string, false))
}
