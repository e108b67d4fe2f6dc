/** IngressClass: which controller serves the ingresses that name it. */
import { Findings, Path } from '../../../base/findings'
import { isDns1123Label, validateDomainPrefixedPath } from '../../../base/validation'
import { age, defineKind, name } from '../../kind'
import { checked, checkedUpdate, checkMetadata } from '../../metadata-checks'
import type { IngressClass, IngressClassParametersReference } from '../../schema/types/networking.v1'
import { validateReference } from '../ingress/validate'

const SPEC = Path.of('spec')
const SCOPES = ['Cluster', 'Namespace']
const MAX_CONTROLLER = 250
/** Ingresses that name no class are of this one. */
const DEFAULT_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class'

export const ingressClass = defineKind<IngressClass>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  singular: 'ingressclass',
  scope: 'Cluster',

  applyDefaults(c) {
    c.spec ??= {}
    if (c.spec.parameters !== undefined) c.spec.parameters.scope ??= 'Cluster'
  },
  validate: checked(validateSpec),
  validateUpdate: checkedUpdate((f, next, previous) => {
    const controller = next.spec.controller ?? ''
    if (controller !== (previous.spec.controller ?? '')) f.invalid(SPEC.child('controller'), controller, 'field is immutable')
    checkMetadata(f, next.metadata, { namespaced: false, previous: previous.metadata })
    validateSpec(f, next)
  }),

  columns: [
    { ...name, cell: c => `${c.metadata.name}${c.metadata.annotations?.[DEFAULT_ANNOTATION] === 'true' ? ' (default)' : ''}` },
    { name: 'Controller', type: 'string', description: 'Who serves the ingresses of the class.', cell: c => c.spec.controller ?? '' },
    { name: 'Parameters', type: 'string', description: 'An object with more configuration.', cell: c => parametersOf(c.spec.parameters) },
    age,
  ],
})

function parametersOf(parameters: IngressClassParametersReference | undefined): string {
  if (parameters === undefined) return '<none>'
  const group = parameters.apiGroup === undefined ? '' : `.${parameters.apiGroup}`
  return `${parameters.kind}${group}/${parameters.name}`
}

/** upstream: pkg/apis/networking/validation validateIngressClassSpec */
function validateSpec(f: Findings, { spec: { controller = '', parameters } }: IngressClass): void {
  const at = SPEC.child('controller')
  if (controller === '') f.required(at)
  else {
    if (Buffer.byteLength(controller) > MAX_CONTROLLER) f.tooLong(at, MAX_CONTROLLER)
    f.all(validateDomainPrefixedPath(controller, at.toString()))
  }
  if (parameters !== undefined) validateParameters(f, SPEC.child('parameters'), parameters)
}

function validateParameters(f: Findings, at: Path, parameters: IngressClassParametersReference): void {
  validateReference(f, at, parameters)
  const { scope, namespace } = parameters
  if (scope === undefined) return f.required(at.child('scope'))
  if (!SCOPES.includes(scope)) return f.unsupported(at.child('scope'), scope, SCOPES)
  if (scope === 'Namespace') {
    if (namespace === undefined) f.required(at.child('namespace'), "`parameters.scope` is set to 'Namespace'")
    else f.problems(at.child('namespace'), namespace, isDns1123Label(namespace))
  } else if (namespace !== undefined) f.forbidden(at.child('namespace'), "`parameters.scope` is set to 'Cluster'")
}
