/** MutatingAdmissionPolicy: changes in CEL to what is written. */
import { deepEqual } from '../../../base/equal'
import { Findings, type Path } from '../../../base/findings'
import { age, defineKind, name } from '../../kind'
import type { MutatingAdmissionPolicy, Mutation } from '../../schema/types/admissionregistration.v1'
import { compilePolicy, type Compiled } from '../expressions'
import { defaultMatch } from '../match-rules'
import { paramKindCell, refused, SPEC, validatePolicyFrame } from '../policies'

const PATCH_TYPES = ['ApplyConfiguration', 'JSONPatch']
const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'UPDATE']
const REINVOCATION = ['IfNeeded', 'Never']

export const mutatingAdmissionPolicy = defineKind<MutatingAdmissionPolicy>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingAdmissionPolicy',
  plural: 'mutatingadmissionpolicies',
  singular: 'mutatingadmissionpolicy',
  categories: ['api-extensions'],
  scope: 'Cluster',
  allowUnconditionalUpdate: false,
  generation: 'spec',
  applyDefaults(p) {
    p.spec ??= {}
    p.spec.failurePolicy ??= 'Fail'
    defaultMatch(p.spec.matchConstraints)
  },
  validate: p => validatePolicy(p, undefined),
  validateUpdate: (next, previous) => (next.spec === previous.spec ? [] : validatePolicy(next, previous)),
  columns: [
    name,
    { name: 'Mutations', type: 'integer', description: 'How many mutations there are.', cell: p => p.spec.mutations?.length ?? 0 },
    { name: 'ParamKind', type: 'string', description: 'The kind of the parameters.', cell: p => paramKindCell(p.spec.paramKind) },
    age,
  ],
})

function validatePolicy(p: MutatingAdmissionPolicy, previous: MutatingAdmissionPolicy | undefined): Findings['errors'] {
  const f = new Findings()
  const { spec } = p
  const compiled = compilePolicy(p)
  const same = previous !== undefined && deepEqual(previous.spec.paramKind, spec.paramKind) && deepEqual(previous.spec.matchConditions, spec.matchConditions)
  validatePolicyFrame(f, spec, compiled, same)
  for (const r of spec.matchConstraints?.resourceRules ?? [])
    for (const o of r.operations ?? []) if (!OPERATIONS.includes(o)) f.unsupported(SPEC.child('matchConstraints').child('resourceRules').child('operations'), o, OPERATIONS)
  const mutations = spec.mutations ?? []
  if (mutations.length === 0) f.required(SPEC.child('mutations'), 'mutations must contain at least one item')
  for (const [i, m] of mutations.entries()) validateMutation(f, SPEC.child('mutations').at(i), m, compiled.mutations[i] as Compiled)
  const reinvocation = spec.reinvocationPolicy ?? ''
  if (reinvocation === '') f.required(SPEC.child('reinvocationPolicy'))
  else if (!REINVOCATION.includes(reinvocation)) f.unsupported(SPEC.child('reinvocationPolicy'), reinvocation, REINVOCATION)
  return f.errors
}

function validateMutation(f: Findings, at: Path, m: Mutation, program: Compiled): void {
  const type = m.patchType ?? ''
  if (type === '') return f.required(at.child('patchType'))
  if (!PATCH_TYPES.includes(type)) return f.unsupported(at.child('patchType'), type, PATCH_TYPES)
  const [own, other] = type === 'JSONPatch' ? (['jsonPatch', 'applyConfiguration'] as const) : (['applyConfiguration', 'jsonPatch'] as const)
  const body = m[own]
  if (body === undefined) f.required(at.child(own), `must be specified when patchType is ${type}`)
  else if ((body.expression ?? '').trim() === '') f.required(at.child(own).child('expression'))
  else refused(f, at.child(own).child('expression'), body.expression as string, program)
  if (m[other] !== undefined) f.invalid(at.child(other), m[other], `must not be specified when patchType is ${type}`)
}
