/** ServiceAccount: whom the processes of a pod are to the API. */
import { defineKind } from '../../kind'
import { checked, checkedUpdate, checkMetadata } from '../../metadata-checks'
import type { ServiceAccount } from '../../schema/types/core.v1'

export const serviceAccount = defineKind<ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  scope: 'Namespaced',
  generation: 'never',
  returnsDeletedObject: true,
  subresources: { token: {} },

  prepareForCreate: keepNamesOnly,
  prepareForUpdate: keepNamesOnly,
  validate: checked(),
  validateUpdate: checkedUpdate((f, next, previous) => checkMetadata(f, next.metadata, { previous: previous.metadata })),
  warnings: mountableWarning,
})

/** Of its secrets only the names count. upstream: pkg/registry/core/serviceaccount/strategy.go cleanSecretReferences */
function keepNamesOnly(sa: ServiceAccount): void {
  if (sa.secrets?.some(s => Object.keys(s).some(k => k !== 'name')) === true) sa.secrets = sa.secrets.map(s => (s.name === undefined ? {} : { name: s.name }))
}

const MOUNTABLE = 'kubernetes.io/enforce-mountable-secrets'

function* mountableWarning(next: ServiceAccount, previous: ServiceAccount | undefined): Iterable<string> {
  if (next.metadata.annotations?.[MOUNTABLE] === 'true' && previous?.metadata.annotations?.[MOUNTABLE] !== 'true')
    yield `metadata.annotations[${MOUNTABLE}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`
}
