/** Policies and bindings that concern a request, with the parameters they are given. upstream: apiserver/pkg/admission/plugin/policy/generic */
import { matchesLabels, selectorOfObject } from '../../../base/label-selector'
import { toCel } from '../../../cel/values'
import { compilePolicy, type CompiledPolicy } from '../../../kinds/admissionregistration/expressions'
import type { KubeObject } from '../../../kinds/kind'
import type { MatchResources, MutatingAdmissionPolicy, ParamKind, ParamRef, ValidatingAdmissionPolicy } from '../../../kinds/schema/types/admissionregistration.v1'
import type { Attributes } from '../../admission'
import type { ApiServer } from '../../server'
import { isProgram } from '../../../cel/program'
import type { Variables } from './variables'

type Policy = ValidatingAdmissionPolicy | MutatingAdmissionPolicy

interface Cached {
  readonly id: string
  readonly compiled: CompiledPolicy
}
const caches = new WeakMap<ApiServer, Map<string, Cached>>()
const MAX_COMPILED = 1_000

/** Compiled once a version of the policy. */
export function compiledPolicy(server: ApiServer, policy: Policy): CompiledPolicy {
  let compiledPolicies = caches.get(server)
  if (compiledPolicies === undefined) caches.set(server, (compiledPolicies = new Map()))
  const { uid, resourceVersion } = policy.metadata
  const key = uid as string
  const id = `${uid}/${resourceVersion}`
  const known = compiledPolicies.get(key)
  if (known?.id === id) return known.compiled
  if (compiledPolicies.size >= MAX_COMPILED) compiledPolicies.clear()
  const compiled = compilePolicy(policy)
  compiledPolicies.set(key, { id, compiled })
  return compiled
}

export interface BoundSpec {
  readonly policyName?: string
  readonly paramRef?: ParamRef
  readonly matchResources?: MatchResources
}

/** A mistake in the configuration, which the failure policy judges. */
export class ConfigurationError extends Error {}

/** undefined once for a policy without parameters; null where it declares them and the binding gives none. */
export function paramsOf(server: ApiServer, kind: ParamKind | undefined, ref: ParamRef | undefined, a: Attributes): readonly unknown[] {
  if (kind === undefined) return [undefined]
  const apiVersion = kind.apiVersion ?? ''
  const found = server.registry.ofObject(apiVersion, kind.kind ?? '')
  if (found === undefined || !found.versions.includes(apiVersion.slice(apiVersion.indexOf('/') + 1))) throw new ConfigurationError(`failed to find resource referenced by paramKind: '${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind.kind ?? ''}'`)
  if (ref === undefined) return [null]
  let namespace: string | undefined
  if (found.scope === 'Namespaced') {
    namespace = (ref.namespace ?? '') !== '' ? ref.namespace : a.namespace
    if ((namespace ?? '') === '') throw new ConfigurationError('cannot use namespaced paramRef in policy binding that matches cluster-scoped resources')
  } else if ((ref.namespace ?? '') !== '') throw new ConfigurationError('paramRef.namespace must not be provided for a cluster-scoped `paramKind`')
  let objects: readonly KubeObject[]
  if ((ref.name ?? '') !== '') {
    const object = server.lister.get(found, ref.name as string, namespace)
    objects = object === undefined ? [] : [object]
  } else {
    const selector = selectorOfObject(ref.selector)
    objects = server.lister.list(found, namespace).filter(o => matchesLabels(selector, o.metadata.labels))
  }
  if (objects.length === 0 && ref.parameterNotFoundAction === 'Deny') throw new ConfigurationError('no params found for policy binding with `Deny` parameterNotFoundAction')
  return objects.map(o => toCel({ apiVersion, kind: kind.kind, ...o }))
}

/** Whether the match conditions hold. `error`: they could not be worked out, and none is false. */
export function conditionsMatch(policy: Pick<CompiledPolicy, 'conditions'>, variables: Variables): boolean | { readonly error: string } {
  const errors: string[] = []
  for (const { program } of policy.conditions) {
    try {
      if (!isProgram(program)) errors.push(`compilation error: ${program.error}`)
      else if (program.run(variables) === false) return false
    } catch (e) {
      errors.push((e as Error).message)
    }
  }
  if (errors.length === 0) return true
  return { error: errors.length === 1 ? (errors[0] as string) : `[${errors.join(', ')}]` }
}

