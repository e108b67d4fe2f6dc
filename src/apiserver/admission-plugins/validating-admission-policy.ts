/** ValidatingAdmissionPolicy: refuses or warns as policies in CEL say. upstream: apiserver/pkg/admission/plugin/policy/validating */
import { forbiddenRequest, type StatusError } from '../../base/status'
import { CelError, composedMessage, isProgram } from '../../cel/program'
import type { CompiledPolicy } from '../../kinds/admissionregistration/expressions'
import { validatingAdmissionPolicy as policyKind } from '../../kinds/admissionregistration/validating-admission-policy/kind'
import { validatingAdmissionPolicyBinding as bindingKind } from '../../kinds/admissionregistration/validating-admission-policy-binding/kind'
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '../../kinds/schema/types/admissionregistration.v1'
import type { AdmissionPlugin, Attributes } from '../admission'
import type { ApiServer } from '../server'
import { compiledPolicy, conditionsMatch, ConfigurationError, paramsOf } from './policies/bindings'
import { admissionConfigured } from './policies/configuration'
import { attributesFor } from './policies/equivalent'
import { constraintsMatch, isExempt } from './policies/matching'
import { requestVariables, withComposed, type Variables } from './policies/variables'

interface Denial {
  readonly message: string
  readonly reason: string
}
const CODES: Readonly<Record<string, number>> = { Forbidden: 403, Unauthorized: 401, RequestEntityTooLarge: 413, Invalid: 422 }

export function validatingAdmissionPolicies(server: ApiServer): AdmissionPlugin {
  return {
    name: 'ValidatingAdmissionPolicy',
    operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
    validate(a) {
      if (!admissionConfigured(server) || isExempt(a)) return
      const bindings = server.lister.list(bindingKind)
      if (bindings.length === 0) return
      const policies = server.lister.list(policyKind).filter(p => bindings.some(b => b.spec.policyName === p.metadata.name) && constraintsMatch(server, a, p.spec.matchConstraints, true))
      const seen = policies.map(p => attributesFor(server, a, p.spec.matchConstraints?.resourceRules, p.spec.matchConstraints?.matchPolicy))
      const judged = (seen: readonly Attributes[]): void => judgeAll(server, a, policies.map((policy, i) => ({ policy, seen: seen[i] as Attributes })), bindings)
      return seen.some(s => s instanceof Promise) ? Promise.all(seen).then(judged) : judged(seen as Attributes[])
    },
  }
}

/** Throws what the first of those that refuse the request says. */
function judgeAll(server: ApiServer, a: Attributes, policies: readonly { readonly policy: ValidatingAdmissionPolicy; readonly seen: Attributes }[], bindings: readonly ValidatingAdmissionPolicyBinding[]): void {
  const denials: Denial[] = []
  const variables = new Map<Attributes, Variables>()
  for (const { policy, seen } of policies) {
    let base = variables.get(seen)
    if (base === undefined) variables.set(seen, (base = requestVariables(server, seen)))
    for (const binding of bindings) {
      if (binding.spec.policyName === policy.metadata.name && constraintsMatch(server, a, binding.spec.matchResources, false)) judge(server, a, policy, binding, base, denials)
    }
  }
  const first = denials[0]
  if (first !== undefined) throw refusal(a, first)
}

function refusal(a: Attributes, { message, reason }: Denial): StatusError {
  const error = forbiddenRequest(a.kind, a.name, message)
  error.status.reason = reason
  error.status.code = CODES[reason] ?? 422
  error.status.details = { ...error.status.details, causes: [...(error.status.details?.causes ?? []), { message }] }
  return error
}

function judge(server: ApiServer, a: Attributes, policy: ValidatingAdmissionPolicy, binding: ValidatingAdmissionPolicyBinding, base: Variables, denials: Denial[]): void {
  const named = `ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}'`
  const fails = policy.spec.failurePolicy !== 'Ignore'
  let params: readonly unknown[]
  try {
    params = paramsOf(server, policy.spec.paramKind, binding.spec.paramRef, a)
  } catch (e) {
    if (!(e instanceof ConfigurationError)) throw e
    if (fails) denials.push({ message: `${named} denied request: failed to configure binding: ${e.message}`, reason: 'Invalid' })
    return
  }
  const compiled = compiledPolicy(server, policy)
  for (const p of params) {
    for (const { message, reason } of decide(policy, compiled, withComposed(compiled, base, p), fails)) {
      for (const action of binding.spec.validationActions ?? []) {
        if (action === 'Deny') denials.push({ message: `${named} denied request: ${message}`, reason })
        else if (action === 'Warn') a.request.warnings.push(`Validation failed for ${named}: ${message}`)
      }
    }
  }
}

/** What the validations find wrong; failures to evaluate count when `fails`. */
function decide(policy: ValidatingAdmissionPolicy, compiled: CompiledPolicy, variables: Variables, fails: boolean): Denial[] {
  const broken = (message: string): Denial[] => (fails ? [{ message, reason: 'Invalid' }] : [])
  const matches = conditionsMatch(compiled, variables)
  if (typeof matches === 'object') return broken(matches.error)
  if (!matches) return []
  const found: Denial[] = []
  for (const [i, v] of (policy.spec.validations ?? []).entries()) {
    const { program, message } = compiled.validations[i] as CompiledPolicy['validations'][number]
    if (!isProgram(program)) {
      found.push(...broken(`compilation error: ${program.error}`))
      continue
    }
    try {
      if (program.run(variables) === true) continue
    } catch (e) {
      if (!(e instanceof CelError)) throw e
      found.push(...broken(`expression '${v.expression}' resulted in error: ${e.message}`))
      continue
    }
    const text = composedMessage(message, variables) ?? ((v.message ?? '').trim() || `failed expression: ${v.expression.trim()}`)
    found.push({ message: text, reason: v.reason ?? 'Invalid' })
  }
  return found
}
