/** Fills secrets of type kubernetes.io/service-account-token, and deletes them with their account. upstream: pkg/controller/serviceaccount/tokens_controller.go */
import { defineController, type Watch } from '../../client/controller'
import { secret as secrets } from '../../kinds/core/secret/kind'
import { serviceAccount as accounts } from '../../kinds/core/service-account/kind'
import { keyOf } from '../../kinds/kind'
import type { Secret, ServiceAccount } from '../../kinds/schema/types/core.v1'

const TYPE = 'kubernetes.io/service-account-token'
const NAME = 'kubernetes.io/service-account.name'
const UID = 'kubernetes.io/service-account.uid'

const ofAccount: Watch<ServiceAccount> = {
  kind: accounts,
  *keys({ type, object }, lister) {
    if (type === 'MODIFIED') return
    for (const s of lister.list(secrets, object.metadata.namespace)) if (s.type === TYPE && s.metadata.annotations?.[NAME] === object.metadata.name) yield keyOf(s)
  },
}

export interface Signing {
  /** A token without an end. */
  token(account: ServiceAccount, secret: Secret): string
  /** PEM. */
  rootCertificate(): string
}

export function serviceAccountTokensController(signing: Signing) {
  return defineController<Secret>({
    name: 'token-controller',
    reconciles: secrets,
    concerns: ({ object }) => object.type === TYPE,
    watches: [ofAccount as Watch<never>],

    async reconcile(secret, { client, lister }) {
      const { annotations = {}, namespace, deletionTimestamp, uid, resourceVersion } = secret.metadata
      const name = annotations[NAME] ?? ''
      if (secret.type !== TYPE || deletionTimestamp !== undefined || name === '') return
      const account = lister.get(accounts, name, namespace)
      const wanted = annotations[UID] ?? ''
      if (account === undefined || (wanted !== '' && wanted !== account.metadata.uid)) {
        await client.delete(secrets, secret, { preconditions: { uid, resourceVersion } })
        return
      }
      const certificate = base64(signing.rootCertificate())
      const { data = {} } = secret
      const whole = data['ca.crt'] === certificate && data.namespace !== undefined && data.token !== undefined && wanted !== ''
      if (whole) return
      await client.update(secrets, {
        ...secret,
        metadata: { ...secret.metadata, annotations: { ...annotations, [UID]: account.metadata.uid as string } },
        data: { ...data, 'ca.crt': certificate, namespace: data.namespace ?? base64(namespace as string), token: data.token ?? base64(signing.token(account, secret)) },
      })
    },
  })
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')
