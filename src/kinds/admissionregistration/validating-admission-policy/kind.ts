/** ValidatingAdmissionPolicy: rules in CEL that refuse what is written. */
import { deepEqual } from '../../../base/equal'
import { Findings, type Path } from '../../../base/findings'
import { isQualifiedName } from '../../../base/validation'
import { age, defineKind, name } from '../../kind'
import type { AuditAnnotation, ValidatingAdmissionPolicy, Validation } from '../../schema/types/admissionregistration.v1'
import { compilePolicy, type CompiledPolicy } from '../expressions'
import { defaultMatch } from '../match-rules'
import { paramKindCell, refused, SPEC, validatePolicyFrame } from '../policies'

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge']
const MAX_AUDIT_ANNOTATIONS = 20
const MAX_VALUE_EXPRESSION_BYTES = 5 * 1024
const EITHER = 'validations or auditAnnotations must contain at least one item'

export const validatingAdmissionPolicy = defineKind<ValidatingAdmissionPolicy>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
  singular: 'validatingadmissionpolicy',
  categories: ['api-extensions'],
  scope: 'Cluster',
  allowUnconditionalUpdate: false,
  subresources: { status: {} },
  applyDefaults(p) {
    p.spec ??= {}
    p.spec.failurePolicy ??= 'Fail'
    defaultMatch(p.spec.matchConstraints)
  },
  prepareForCreate(p) {
    p.status = {}
  },
  validate: p => validatePolicy(p, undefined),
  validateUpdate: (next, previous) => (next.spec === previous.spec ? [] : validatePolicy(next, previous)),
  columns: [
    name,
    { name: 'Validations', type: 'integer', description: 'How many validations there are.', cell: p => p.spec.validations?.length ?? 0 },
    { name: 'ParamKind', type: 'string', description: 'The kind of the parameters.', cell: p => paramKindCell(p.spec.paramKind) },
    age,
  ],
})

function validatePolicy(p: ValidatingAdmissionPolicy, previous: ValidatingAdmissionPolicy | undefined): Findings['errors'] {
  const f = new Findings()
  const { spec } = p
  const compiled = compilePolicy(p)
  const same = previous !== undefined && deepEqual(previous.spec.paramKind, spec.paramKind) && deepEqual(previous.spec.matchConditions, spec.matchConditions)
  validatePolicyFrame(f, spec, compiled, same)
  const validations = spec.validations ?? []
  const audits = spec.auditAnnotations ?? []
  if (validations.length === 0 && audits.length === 0) {
    f.required(SPEC.child('validations'), EITHER)
    f.required(SPEC.child('auditAnnotations'), EITHER)
    return f.errors
  }
  for (const [i, v] of validations.entries()) validateValidation(f, SPEC.child('validations').at(i), v, compiled.validations[i] as CompiledPolicy['validations'][number])
  if (audits.length > MAX_AUDIT_ANNOTATIONS) f.invalid(SPEC.child('auditAnnotations'), audits, `must not have more than ${MAX_AUDIT_ANNOTATIONS} auditAnnotations`)
  const keys = new Set<string>()
  for (const [i, a] of audits.entries()) {
    const at = SPEC.child('auditAnnotations').at(i)
    validateAudit(f, at, a, p.metadata.name, compiled.audits[i])
    if (keys.has(a.key)) f.duplicate(at.child('key'), a.key)
    keys.add(a.key)
  }
  return f.errors
}

function validateValidation(f: Findings, at: Path, v: Validation, compiled: CompiledPolicy['validations'][number]): void {
  const message = v.message ?? ''
  if ((v.expression ?? '').trim() === '') f.required(at.child('expression'), 'expression is not specified')
  else refused(f, at.child('expression'), v.expression, compiled.program)
  if (v.messageExpression !== undefined && v.messageExpression !== '' && v.messageExpression.trim() === '') f.invalid(at.child('messageExpression'), v.messageExpression, 'must be non-empty if specified')
  else refused(f, at.child('messageExpression'), v.messageExpression ?? '', compiled.message)
  if (message !== '' && message.trim() === '') f.invalid(at.child('message'), message, 'message must be non-empty if specified')
  else if (/[\n\r]/.test(message.trim())) f.invalid(at.child('message'), message, 'message must not contain line breaks')
  if (v.reason !== undefined && !REASONS.includes(v.reason)) f.unsupported(at.child('reason'), v.reason, REASONS)
}

function validateAudit(f: Findings, at: Path, a: AuditAnnotation, policy: string | undefined, program: CompiledPolicy['audits'][number] | undefined): void {
  if ((policy ?? '') === '') f.invalid(at.child('key'), a.key ?? '', 'requires metadata.name be non-empty')
  else f.problems(at.child('key'), `${policy}/${a.key ?? ''}`, isQualifiedName(`${policy}/${a.key ?? ''}`))
  const expression = (a.valueExpression ?? '').trim()
  if (expression === '') f.required(at.child('valueExpression'), 'valueExpression is not specified')
  else if (Buffer.byteLength(expression) > MAX_VALUE_EXPRESSION_BYTES) f.required(at.child('valueExpression'), `must not exceed ${MAX_VALUE_EXPRESSION_BYTES} bytes in length`)
  else refused(f, at.child('valueExpression'), a.valueExpression, program)
}
