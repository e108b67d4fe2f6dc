/** The expressions of policies: which variables they see, and their compiled form. upstream: apiserver/pkg/admission/plugin/cel/compile.go, composition.go */
import { Optional, type Environment } from '@marcbachmann/cel-js'
import { scoped, type ScopedEnvironment, type TypeDeclarations } from '../../cel/environment'
import { CelFunctionError, namespaceOf, registrar } from '../../cel/library/register'
import { compile, isProgram, type CompileFailure, type Program } from '../../cel/program'
import { MESSAGE_FUNCTION } from '../../cel/rewrite'
import type { MatchCondition, MutatingAdmissionPolicy, ValidatingAdmissionPolicy, Variable } from '../schema/types/admissionregistration.v1'

const TYPES: TypeDeclarations = {
  'kubernetes.GroupVersionKind': { group: 'string', version: 'string', kind: 'string' },
  'kubernetes.GroupVersionResource': { group: 'string', version: 'string', resource: 'string' },
  'kubernetes.UserInfo': { username: 'string', uid: 'string', groups: 'list<string>', extra: 'map<string, list<string>>' },
  'kubernetes.AdmissionRequest': {
    kind: 'kubernetes.GroupVersionKind', resource: 'kubernetes.GroupVersionResource', subResource: 'string', requestKind: 'kubernetes.GroupVersionKind',
    requestResource: 'kubernetes.GroupVersionResource', requestSubResource: 'string', name: 'string', namespace: 'string', operation: 'string',
    userInfo: 'kubernetes.UserInfo', dryRun: 'bool', options: 'dyn',
  },
  'kubernetes.NamespaceSpec': { finalizers: 'list<string>' },
  'kubernetes.NamespaceCondition': { status: 'string', type: 'string', lastTransitionTime: 'google.protobuf.Timestamp', message: 'string', reason: 'string' },
  'kubernetes.NamespaceStatus': { conditions: 'list<kubernetes.NamespaceCondition>', phase: 'string' },
  'kubernetes.NamespaceMetadata': {
    name: 'string', generateName: 'string', namespace: 'string', labels: 'map<string, string>', annotations: 'map<string, string>', UID: 'string',
    creationTimestamp: 'google.protobuf.Timestamp', deletionGracePeriodSeconds: 'int', deletionTimestamp: 'google.protobuf.Timestamp', generation: 'int', resourceVersion: 'string', finalizers: 'list<string>',
  },
  'kubernetes.Namespace': { metadata: 'kubernetes.NamespaceMetadata', spec: 'kubernetes.NamespaceSpec', status: 'kubernetes.NamespaceStatus' },
}
const VARIABLES_TYPE = 'kubernetes.variables'

export interface Declared {
  readonly params: boolean
  readonly authorizer: boolean
  /** Objects and patches may be written as literals. */
  readonly patches?: boolean
  /** Types of the variables composed so far; undefined where `variables` does not exist. */
  readonly variables?: Readonly<Record<string, string>> | undefined
  /** Types of the object and the parameters, where they are known. */
  readonly typed?: { readonly types: TypeDeclarations; readonly object: string; readonly params: string }
}

const scopes = new Map<string, ScopedEnvironment>()

/** One environment a combination, kept where no composed variables make it a policy's own. */
export function policyScope({ params, authorizer, patches = false, variables, typed }: Declared): ScopedEnvironment {
  const key = `${params} ${authorizer} ${patches}`
  const shared = variables === undefined && typed === undefined
  const known = shared ? scopes.get(key) : undefined
  if (known !== undefined) return known
  const made = scoped(
    {
      types: { ...TYPES, ...typed?.types, ...(variables === undefined ? {} : { [VARIABLES_TYPE]: variables }) },
      variables: {
        object: typed?.object ?? 'dyn',
        oldObject: typed?.object ?? 'dyn',
        request: 'kubernetes.AdmissionRequest',
        namespaceObject: 'kubernetes.Namespace',
        ...(params ? { params: typed?.params ?? 'dyn' } : {}),
        ...(authorizer ? { authorizer: 'kubernetes.authorization.Authorizer' } : {}),
        ...(variables === undefined ? {} : { variables: VARIABLES_TYPE }),
      },
    },
    patches ? registerPatches : undefined,
  )
  if (shared) scopes.set(key, made)
  return made
}

/** upstream: apiserver/pkg/cel/mutation, library/jsonpatch.go */
function registerPatches(env: Environment): void {
  const register = registrar(env)
  register(MESSAGE_FUNCTION, undefined, ['string', 'map'], 'dyn', (_: string, fields: Record<string, unknown>) => {
    const out: Record<string, unknown> = {}
    for (const key of Object.keys(fields)) {
      const value = fields[key]
      if (!key.startsWith('?')) out[key] = value
      else if (!(value instanceof Optional)) throw new CelFunctionError('no such overload')
      else if (value.hasValue()) out[key.slice(1)] = value.value()
    }
    return out
  })
  register('escapeKey', namespaceOf(env, 'jsonpatch'), ['string'], 'string', (_: unknown, key: string) => key.replace(/~/g, '~0').replace(/\//g, '~1'))
}

export type Compiled = Program | CompileFailure

export const compileCondition = (expression: string, params: boolean): Compiled => compile(policyScope({ params, authorizer: true }), expression, ['bool'])

export interface CompiledPolicy {
  readonly conditions: readonly { readonly name: string; readonly program: Compiled }[]
  /** In their order; each may use those before it. */
  readonly variables: readonly { readonly name: string; readonly program: Compiled }[]
  readonly validations: readonly { readonly program: Compiled; readonly message: Compiled | undefined }[]
  readonly audits: readonly Compiled[]
  readonly mutations: readonly Compiled[]
}

type Spec = ValidatingAdmissionPolicy['spec'] & MutatingAdmissionPolicy['spec']

/** Everything in a policy that is an expression. Blank ones are not compiled: `''` fails as an expression does. */
export function compilePolicy(policy: ValidatingAdmissionPolicy | MutatingAdmissionPolicy): CompiledPolicy {
  const spec = (policy.spec ?? {}) as Spec
  const params = spec.paramKind !== undefined
  const conditions = (spec.matchConditions ?? []).map((m: MatchCondition) => ({ name: m.name, program: compileCondition((m.expression ?? '').trim(), params) }))
  const variables: { name: string; program: Compiled }[] = []
  let types: Record<string, string> | undefined = (spec.variables ?? []).length > 0 ? {} : undefined
  for (const v of (spec.variables ?? []) as Variable[]) {
    if ((v.name ?? '') === '' || (v.expression ?? '').trim() === '') continue
    const program = compile(policyScope({ params, authorizer: true, variables: types }), v.expression)
    variables.push({ name: v.name, program })
    if (isProgram(program)) types = { ...types, [v.name]: libraryType(program.type) }
  }
  const declared: Declared = { params, authorizer: true, variables: types }
  const env = lazily(() => policyScope(declared))
  const patching = lazily(() => policyScope({ ...declared, patches: true }))
  const messages = lazily(() => policyScope({ ...declared, authorizer: false }))
  return {
    conditions,
    variables,
    validations: (spec.validations ?? []).map(v => ({
      program: compile(env(), v.expression ?? '', ['bool']),
      message: (v.messageExpression ?? '').trim() === '' ? undefined : compile(messages(), v.messageExpression as string, ['string']),
    })),
    audits: (spec.auditAnnotations ?? []).map(a => compile(env(), (a.valueExpression ?? '').trim(), ['string', 'null_type'])),
    mutations: (spec.mutations ?? []).map(m => compileMutation(patching, m.patchType === 'JSONPatch', (m.patchType === 'JSONPatch' ? m.jsonPatch?.expression : m.applyConfiguration?.expression) ?? '')),
  }
}

function compileMutation(env: () => ScopedEnvironment, isPatch: boolean, expression: string): Compiled {
  const made = compile(env(), expression)
  if (!isProgram(made) || made.type === 'dyn') return made
  if (isPatch) return made.type.startsWith('list(') ? made : { error: `must evaluate to list(JSONPatch) but got ${made.type}` }
  return { error: `must evaluate to Object but got ${made.type}` }
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}

/** The library's spelling of a type that is printed in cel-go's. */
export function libraryType(type: string): string {
  return type.replace(/\boptional_type\(/g, 'optional(').replace(/\btimestamp\b/g, 'google.protobuf.Timestamp').replace(/\bduration\b/g, 'google.protobuf.Duration').replace(/\(/g, '<').replace(/\)/g, '>')
}
