/** What is wrong with a policy's expressions for the types that it matches. It stops nothing: the status tells of it. upstream: apiserver/pkg/admission/plugin/policy/validating/typechecking.go */
import { compile, isProgram } from '../../cel/program'
import { escapedName } from '../apiextensions/schema/cel-types'
import { apiVersionOf, type Kind } from '../kind'
import { celTypeOfInfo, type TypeTable } from '../schema/cel-types'
import { typeNamed } from '../schema/table'
import type { ExpressionWarning, NamedRuleWithOperations, ValidatingAdmissionPolicy } from '../schema/types/admissionregistration.v1'
import { libraryType, policyScope, type Declared } from './expressions'

const MAX_TYPES = 10

/** Finds the kinds of a policy. */
export interface KindsOfRules {
  ofResource(group: string, version: string, resource: string): Kind | undefined
  ofObject(apiVersion: string, kind: string): Kind | undefined
}

/** By group, version and kind; rules with wildcards are not looked at. */
function typesToCheck({ spec }: ValidatingAdmissionPolicy, kinds: KindsOfRules): Kind[] {
  const found = new Map<string, Kind>()
  for (const rule of spec.matchConstraints?.resourceRules ?? []) for (const kind of kindsOfRule(rule, kinds)) found.set(`${kind.group}/${kind.version}/${kind.kind}`, kind)
  const order = (k: Kind): readonly string[] => [k.group, k.version, k.kind]
  return [...found.values()].sort((a, b) => order(a).map((x, i) => (x < (order(b)[i] as string) ? -1 : x > (order(b)[i] as string) ? 1 : 0)).find(c => c !== 0) ?? 0)
}

function kindsOfRule(rule: NamedRuleWithOperations, kinds: KindsOfRules): Kind[] {
  const { apiGroups = [], apiVersions = [] } = rule
  if ([...apiGroups, ...apiVersions].some(v => v.includes('*'))) return []
  const resources = (rule.resources ?? []).filter(r => !/[*/]/.test(r)).sort()
  const found: Kind[] = []
  for (const group of [...apiGroups].sort()) for (const version of [...apiVersions].sort()) for (const resource of resources) {
    const kind = kinds.ofResource(group, version, resource)
    if (kind !== undefined && found.length < MAX_TYPES) found.push(kind)
  }
  return found
}

/** undefined when nothing is wrong. */
export function typeWarnings(policy: ValidatingAdmissionPolicy, kinds: KindsOfRules): ExpressionWarning[] | undefined {
  const types = typesToCheck(policy, kinds)
  const { paramKind } = policy.spec
  const params = paramKind === undefined ? undefined : kinds.ofObject(paramKind.apiVersion ?? '', paramKind.kind ?? '')
  const warnings: ExpressionWarning[] = []
  const scopes = types.map(kind => ({ kind, scope: scopeFor(policy, kind, params) }))
  const check = (fieldRef: string, expression: string): void => {
    const found = scopes.flatMap(({ kind, scope }) => {
      const made = compile(scope, expression)
      return isProgram(made) ? [] : [`${apiVersionOf(kind).includes('/') ? apiVersionOf(kind) : `/${kind.version}`}, Kind=${kind.kind}: ${made.issues ?? made.error}\n`]
    })
    if (found.length > 0) warnings.push({ fieldRef, warning: found.join('\n') })
  }
  for (const [i, v] of (policy.spec.validations ?? []).entries()) {
    check(`spec.validations[${i}].expression`, v.expression)
    if ((v.messageExpression ?? '') !== '') check(`spec.validations[${i}].messageExpression`, v.messageExpression as string)
  }
  return warnings.length === 0 ? undefined : warnings
}

/** With the policy's variables, whose types follow from what is matched. */
function scopeFor({ spec }: ValidatingAdmissionPolicy, kind: Kind, params: Kind | undefined): ReturnType<typeof policyScope> {
  const types: TypeTable = {}
  const typeOf = (k: Kind): string => celTypeOfInfo(typeNamed(k.type), types, escapedName)
  const base: Declared = { params: spec.paramKind !== undefined, authorizer: true, typed: { types, object: typeOf(kind), params: params === undefined ? 'dyn' : typeOf(params) } }
  if ((spec.variables ?? []).length === 0) return policyScope(base)
  let variables: Record<string, string> = {}
  for (const v of spec.variables ?? []) {
    const made = compile(policyScope({ ...base, variables }), v.expression)
    variables = { ...variables, [v.name]: isProgram(made) ? libraryType(made.type) : 'dyn' }
  }
  return policyScope({ ...base, variables })
}
