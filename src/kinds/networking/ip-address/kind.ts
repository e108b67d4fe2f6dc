/** IPAddress: an address of the Service range that is taken, and by whom. */
import { semanticEqual } from '../../../base/equal'
import { Path, type Findings } from '../../../base/findings'
import { validateIp } from '../../../base/ip'
import { isPathSegmentName } from '../../../base/validation'
import { dnsSubdomain } from '../../core/pod/template/validate-text'
import { defineKind, name } from '../../kind'
import { checked, checkedUpdate } from '../../metadata-checks'
import type { IPAddress, ParentReference } from '../../schema/types/networking.v1'

const PARENT = Path.of('spec').child('parentRef')

export const ipAddress = defineKind<IPAddress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IPAddress',
  plural: 'ipaddresses',
  singular: 'ipaddress',
  shortNames: ['ip'],
  scope: 'Cluster',
  generation: 'never',

  applyDefaults(a) {
    a.spec ??= {} as IPAddress['spec']
  },
  validateName: ipName,
  validate: checked(validateParent),
  validateUpdate: checkedUpdate((f, next, previous) => {
    const { parentRef } = next.spec
    if (parentRef === undefined) f.required(PARENT)
    if (!semanticEqual(parentRef, previous.spec.parentRef)) f.invalid(PARENT, internalParent(parentRef), 'field is immutable')
  }),
  fieldSelectors: { 'spec.parentRef.name': a => a.spec?.parentRef?.name ?? '' },

  columns: [name, { name: 'ParentRef', type: 'string', description: 'Whose address it is.', cell: a => parentText(a.spec?.parentRef) }],
})

/** An address stands for itself: no name is generated. */
function ipName(name: string): readonly string[] {
  return [...validateIp(name, '')].map(e => e.detail)
}

/** `services/default/web`, with the group in front where there is one. upstream: printIPAddress */
function parentText(parent: ParentReference | undefined): string {
  if (parent === undefined) return ''
  const { group = '', resource, namespace = '', name } = parent
  return `${group === '' ? '' : `${group}.`}${resource}${namespace === '' ? '' : `/${namespace}`}/${name}`
}

/** As Go's internal type is printed. */
function internalParent(parent: ParentReference | undefined): unknown {
  if (parent === undefined) return null
  return { Group: parent.group ?? '', Resource: parent.resource ?? '', Namespace: parent.namespace ?? '', Name: parent.name ?? '' }
}

/** upstream: pkg/apis/networking/validation validateIPAddressParentReference */
function validateParent(f: Findings, { spec: { parentRef } }: IPAddress): void {
  if (parentRef === undefined) return f.required(PARENT)
  const { group = '', resource = '', namespace = '', name = '' } = parentRef
  if (group !== '') dnsSubdomain(f, PARENT.child('group'), group)
  if (resource === '') f.required(PARENT.child('resource'))
  else f.problems(PARENT.child('resource'), resource, isPathSegmentName(resource))
  if (name === '') f.required(PARENT.child('name'))
  else f.problems(PARENT.child('name'), name, isPathSegmentName(name))
  if (namespace !== '') f.problems(PARENT.child('namespace'), namespace, isPathSegmentName(namespace))
}
