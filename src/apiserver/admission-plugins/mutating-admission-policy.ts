/** MutatingAdmissionPolicy: changes what is written as policies in CEL say. upstream: apiserver/pkg/admission/plugin/policy/mutating */
import { deepClone, deepEqual } from '../../base/equal'
import { applyJsonPatch, type JsonPatchOperation } from '../../base/json-patch'
import { forbiddenRequest } from '../../base/status'
import { isProgram } from '../../cel/program'
import { fromCel } from '../../cel/values'
import type { CompiledPolicy } from '../../kinds/admissionregistration/expressions'
import { mutatingAdmissionPolicy as policyKind } from '../../kinds/admissionregistration/mutating-admission-policy/kind'
import { mutatingAdmissionPolicyBinding as bindingKind } from '../../kinds/admissionregistration/mutating-admission-policy-binding/kind'
import { mergeTyped } from '../../kinds/schema/fields/merge'
import { typedErrors } from '../../kinds/schema/fields/typed-errors'
import { typeNamed } from '../../kinds/schema/table'
import type { MutatingAdmissionPolicy } from '../../kinds/schema/types/admissionregistration.v1'
import { apiVersionOf, type KubeObject } from '../../kinds/kind'
import type { AdmissionPlugin, Attributes } from '../admission'
import { convertedTo } from '../custom-versions/versions'
import type { ApiServer } from '../server'
import { compiledPolicy, conditionsMatch, ConfigurationError, paramsOf } from './policies/bindings'
import { admissionConfigured } from './policies/configuration'
import { changeObject } from './policies/change-object'
import { attributesFor } from './policies/equivalent'
import { constraintsMatch, isExempt } from './policies/matching'
import { requestVariables, withComposed } from './policies/variables'

type Json = Record<string, unknown>

export function mutatingAdmissionPolicies(server: ApiServer): AdmissionPlugin {
  return {
    name: 'MutatingAdmissionPolicy',
    operations: ['CREATE', 'UPDATE', 'CONNECT'],
    admit(a) {
      if (!admissionConfigured(server) || isExempt(a)) return
      const bindings = server.lister.list(bindingKind)
      if (bindings.length === 0) return
      const policies = server.lister.list(policyKind).filter(p => constraintsMatch(server, a, p.spec.matchConstraints, true))
      const round = (only?: (p: MutatingAdmissionPolicy) => boolean): boolean => {
        let changed = false
        for (const policy of policies) {
          if (only?.(policy) === false) continue
          for (const binding of bindings) if (binding.spec.policyName === policy.metadata.name && constraintsMatch(server, a, binding.spec.matchResources, false)) changed = mutateSeen(server, a, policy, binding) || changed
        }
        return changed
      }
      // Policies that ask for it see what the others have made of the object.
      if (round()) round(p => p.spec.reinvocationPolicy === 'IfNeeded')
    },
  }
}

/** In the version that the policy speaks of. What only a webhook can convert, it sees as it is. */
function mutateSeen(server: ApiServer, a: Attributes, policy: MutatingAdmissionPolicy, binding: Binding): boolean {
  const seen = attributesFor(server, a, policy.spec.matchConstraints?.resourceRules, policy.spec.matchConstraints?.matchPolicy)
  if (seen === a || seen instanceof Promise) return mutate(server, a, policy, binding)
  if (!mutate(server, seen, policy, binding)) return false
  changeObject(a, convertedTo(server, a.kind, seen.object) as KubeObject)
  return true
}

/** Applies one policy with each of its parameters; says whether the object is another now. */
function mutate(server: ApiServer, a: Attributes, policy: MutatingAdmissionPolicy, binding: Binding): boolean {
  const refuse = (message: string): void => {
    if (policy.spec.failurePolicy === 'Ignore') return
    const error = forbiddenRequest(a.kind, a.name, `policy '${policy.metadata.name}' with binding '${binding.metadata.name}' denied request: ${message}`)
    error.status.reason = 'Invalid'
    error.status.code = 422
    throw error
  }
  let params: readonly unknown[]
  try {
    params = paramsOf(server, policy.spec.paramKind, binding.spec.paramRef, a)
  } catch (e) {
    if (!(e instanceof ConfigurationError)) throw e
    refuse(`failed to configure binding: ${e.message}`)
    return false
  }
  const compiled = compiledPolicy(server, policy)
  let changed = false
  for (const p of params) {
    const variables = () => withComposed(compiled, requestVariables(server, a), p)
    const matches = conditionsMatch(compiled, variables())
    if (typeof matches === 'object') refuse(matches.error)
    if (matches !== true) continue
    for (const [i, m] of (policy.spec.mutations ?? []).entries()) {
      try {
        changed = applyMutation(a, m.patchType === 'JSONPatch', compiled.mutations[i] as CompiledPolicy['mutations'][number], (m.patchType === 'JSONPatch' ? m.jsonPatch?.expression : m.applyConfiguration?.expression) ?? '', variables()) || changed
      } catch (e) {
        refuse((e as Error).message)
      }
    }
  }
  return changed
}
interface Binding {
  readonly metadata: { readonly name: string }
  readonly spec: { readonly paramRef?: NonNullable<Parameters<typeof paramsOf>[2]> }
}

function applyMutation(a: Attributes, isPatch: boolean, program: CompiledPolicy['mutations'][number], expression: string, variables: Readonly<Record<string, unknown>>): boolean {
  if (!isProgram(program)) throw new Error(`compilation error: ${program.error}`)
  let result: unknown
  try {
    result = fromCel(program.run(variables))
  } catch (e) {
    throw new Error(`expression '${expression}' resulted in error: ${(e as Error).message}`)
  }
  const before = a.object as unknown as Json
  const next = isPatch ? patched(before, result) : merged(a, before, result)
  if (deepEqual(before, next)) return false
  changeObject(a, next as unknown as KubeObject)
  return true
}

function patched(object: Json, operations: unknown): unknown {
  if (!Array.isArray(operations)) throw new Error('JSON Patch: unexpected type, expected a list of JSONPatch')
  try {
    return applyJsonPatch(deepClone(object), operations as JsonPatchOperation[])
  } catch (e) {
    throw new Error(`JSON Patch: ${(e as Error).message}`)
  }
}

/** upstream: patch/smd.go ApplyStructuredMergeDiff */
function merged(a: Attributes, object: Json, configuration: unknown): unknown {
  if (typeof configuration !== 'object' || configuration === null) throw new Error('unsupported return type from ApplyConfiguration expression')
  const patch: Json = { ...(configuration as Json), apiVersion: apiVersionOf(a.kind), kind: a.kind.kind }
  const type = typeNamed(a.kind.type)
  const wrong = typedErrors(type, patch)
  if (wrong !== undefined) throw new Error(`invalid ApplyConfiguration: may not be applied: ${wrong}`)
  return mergeTyped(type, object, patch)
}
