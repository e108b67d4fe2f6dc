/** DeviceClass: a kind of device that claims can ask for by name. */
import { Findings, Path } from '../../../base/findings'
import { maxLengthError, nameIsDnsSubdomain, type NameCheck } from '../../../base/validation'
import { isExtendedResource } from '../../core/pod/template/validate-resources'
import { defineKind } from '../../kind'
import { checked, checkMetadata } from '../../metadata-checks'
import { validateMetadataUpdate } from '../../core/pod/template/metadata'
import type { DeviceClass } from '../../schema/types/resource.v1'
import { MAX_CONFIGS, validateConfiguration, validateSelectors } from '../selectors'

const SPEC = Path.of('spec')

const MAX_NAME = 253

/** A DNS subdomain, in the words of the newer checks. upstream: apimachinery/pkg/api/validate LongName */
const longName: NameCheck = (name, prefix) => nameIsDnsSubdomain(name, prefix).map(problem => (problem === maxLengthError(MAX_NAME) ? `must be no more than ${MAX_NAME} bytes` : problem))

export const deviceClass = defineKind<DeviceClass>({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'DeviceClass',
  plural: 'deviceclasses',
  singular: 'deviceclass',
  scope: 'Cluster',

  applyDefaults(c) {
    c.spec ??= {}
  },
  validateName: longName,
  validate: checked(validateClass),
  validateUpdate(next, previous) {
    const f = new Findings()
    checkMetadata(f, next.metadata, { namespaced: false, name: longName, previous: previous.metadata })
    validateMetadataUpdate(f, next, previous)
    validateClass(f, next)
    return f.errors
  },
  indexes: { extendedResource: c => (c.spec.extendedResourceName === undefined ? [] : [c.spec.extendedResourceName]) },
})

/** upstream: pkg/apis/resource/validation validateDeviceClassSpec */
function validateClass(f: Findings, { spec: { selectors, config = [], extendedResourceName: extended } }: DeviceClass): void {
  validateSelectors(f, SPEC.child('selectors'), selectors)
  if (config.length > MAX_CONFIGS) f.tooMany(SPEC.child('config'), config.length, MAX_CONFIGS)
  config.forEach((c, i) => validateConfiguration(f, SPEC.child('config').at(i), c))
  if (extended !== undefined && !isExtendedResource(extended)) f.invalid(SPEC.child('extendedResourceName'), extended, 'must be a valid extended resource name')
}
