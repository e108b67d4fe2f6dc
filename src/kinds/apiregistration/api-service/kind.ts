/** APIService: which server answers for a group and version of the API. */
import { timestamp } from '../../../base/clock'
import { Path, type Findings } from '../../../base/findings'
import { isDns1035Label, isDns1123Subdomain, isPortNumber, nameIsPathSegment } from '../../../base/validation'
import { age, defineKind, name } from '../../kind'
import { checked, checkedUpdate } from '../../metadata-checks'
import type { APIService } from '../../schema/types/apiregistration.v1'

const SPEC = Path.of('spec')
const SERVICE = SPEC.child('service')
const MAX_GROUP_PRIORITY = 20_000
const MAX_VERSION_PRIORITY = 1_000
const STATUSES = ['False', 'True', 'Unknown']

export const apiService = defineKind<APIService>({
  group: 'apiregistration.k8s.io',
  version: 'v1',
  kind: 'APIService',
  plural: 'apiservices',
  singular: 'apiservice',
  categories: ['api-extensions'],
  scope: 'Cluster',
  generation: 'never',
  allowUnconditionalUpdate: false,
  subresources: {
    status: {
      validateUpdate: checkedUpdate<APIService>((f, { status }) => {
        status?.conditions?.forEach((c, i) => {
          if (!STATUSES.includes(c.status ?? '')) f.unsupported(Path.of('status').child('conditions').at(i).child('status'), c.status ?? '', STATUSES)
        })
      }),
    },
  },

  applyDefaults(s) {
    s.spec ??= {} as APIService['spec']
    s.status ??= {}
    if (s.spec.service !== undefined) s.spec.service.port ??= 443
  },
  prepareForCreate(s, { nowMs }) {
    s.status = {}
    if (s.spec.service === undefined)
      s.status.conditions = [{ type: 'Available', status: 'True', lastTransitionTime: timestamp(nowMs), reason: 'Local', message: 'Local APIServices are always available' }]
  },
  validateName: nameIsPathSegment,
  validate: checked(validateService),
  validateUpdate: checkedUpdate(validateService),

  columns: [
    name,
    { name: 'Service', type: 'string', description: 'Who answers.', cell: s => (s.spec.service === undefined ? 'Local' : `${s.spec.service.namespace ?? ''}/${s.spec.service.name ?? ''}`) },
    { name: 'Available', type: 'string', description: 'Whether it can be reached.', cell: availability },
    age,
  ],
})

/** `True`, `False (ServiceNotFound)`, `Unknown`. upstream: kube-aggregator/pkg/registry/apiservice getCondition */
function availability({ status }: APIService): string {
  const condition = status?.conditions?.find(c => c.type === 'Available')
  if (condition === undefined) return 'Unknown'
  return condition.status === 'True' || (condition.reason ?? '') === '' ? condition.status : `${condition.status} (${condition.reason})`
}

/** upstream: kube-aggregator/pkg/apis/apiregistration/validation ValidateAPIService */
function validateService(f: Findings, { metadata, spec }: APIService): void {
  const { group = '', version = '', groupPriorityMinimum = 0, versionPriority = 0, service, caBundle = '', insecureSkipTLSVerify = false } = spec
  const wanted = `${version}.${group}`
  if ((metadata.name ?? '') !== '' && metadata.name !== wanted) f.invalid(Path.of('metadata').child('name'), metadata.name, `must be \`spec.version+"."+spec.group\`: "${wanted}"`)
  if (group === '') {
    if (version !== 'v1') f.required(SPEC.child('group'), 'only v1 may have an empty group and it better be legacy kube')
  } else f.problems(SPEC.child('group'), group, isDns1123Subdomain(group))
  f.problems(SPEC.child('version'), version, isDns1035Label(version))
  if (groupPriorityMinimum <= 0 || groupPriorityMinimum > MAX_GROUP_PRIORITY) f.invalid(SPEC.child('groupPriorityMinimum'), groupPriorityMinimum, `must be positive and less than ${MAX_GROUP_PRIORITY}`)
  if (versionPriority <= 0 || versionPriority > MAX_VERSION_PRIORITY) f.invalid(SPEC.child('versionPriority'), versionPriority, `must be positive and less than ${MAX_VERSION_PRIORITY}`)
  const skip = SPEC.child('insecureSkipTLSVerify')
  if (service === undefined) {
    if (caBundle !== '') f.invalid(SPEC.child('caBundle'), `${Buffer.from(caBundle, 'base64').length} bytes`, 'local APIServices may not have a caBundle')
    if (insecureSkipTLSVerify) f.invalid(skip, true, 'local APIServices may not have insecureSkipTLSVerify')
    return
  }
  if ((service.namespace ?? '') === '') f.required(SERVICE.child('namespace'))
  if ((service.name ?? '') === '') f.required(SERVICE.child('name'))
  const port = service.port ?? 0
  const wrong = isPortNumber(port)
  if (wrong.length > 0) f.invalid(SERVICE.child('port'), port, `port is not valid: ${wrong.join(', ')}`)
  if (insecureSkipTLSVerify && caBundle !== '') f.invalid(skip, true, 'may not be true if caBundle is present')
}
