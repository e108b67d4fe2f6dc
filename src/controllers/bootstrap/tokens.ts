/** Bootstrap tokens, by which machines join: they expire, and they sign what a machine may know before it is trusted. upstream: pkg/controller/bootstrap */
import { createHmac } from 'node:crypto'
import { parseTime } from '../../base/clock'
import { ignoringNotFound } from '../../base/status'
import { defineController, type Watch } from '../../client/controller'
import { configMap } from '../../kinds/core/config-map/kind'
import { secret } from '../../kinds/core/secret/kind'
import type { ConfigMap, Secret } from '../../kinds/schema/types/core.v1'

const TYPE = 'bootstrap.kubernetes.io/token'
const NAMESPACE = 'kube-system'
const INFO = { name: 'cluster-info', namespace: 'kube-public' }
const SIGNATURE = 'jws-kubeconfig-'

const isToken = (s: Secret): boolean => s.type === TYPE && s.metadata.namespace === NAMESPACE
const field = ({ data }: Secret, name: string): string => Buffer.from(data?.[name] ?? '', 'base64').toString()
/** NaN: it does not expire. */
const expiresMs = (s: Secret): number => parseTime(field(s, 'expiration'))

export const tokenCleaner = defineController<Secret>({
  name: 'token-cleaner',
  reconciles: secret,
  concerns: ({ type, object }) => type !== 'DELETED' && isToken(object),

  async reconcile(token, { client, clock }) {
    const atMs = isToken(token) ? expiresMs(token) : Number.NaN
    if (Number.isNaN(atMs) || token.metadata.deletionTimestamp !== undefined) return
    const left = atMs - clock.now()
    if (left > 0) return { requeueAfterMs: left }
    await ignoringNotFound(client.delete(secret, token, { preconditions: { uid: token.metadata.uid } }))
  },
})

const tokens: Watch<Secret> = { kind: secret, keys: ({ object }) => (isToken(object) ? [`${INFO.namespace}/${INFO.name}`] : []) }
const base64url = (text: string): string => Buffer.from(text).toString('base64url')

export const bootstrapSigner = defineController<ConfigMap>({
  name: 'bootstrap-signer',
  reconciles: configMap,
  concerns: ({ type, object: { metadata } }) => type !== 'DELETED' && metadata.name === INFO.name && metadata.namespace === INFO.namespace,
  watches: [tokens as Watch<never>],

  async reconcile(info, { client, clock, lister }) {
    const content = info.data?.['kubeconfig']
    if (content === undefined || info.metadata.name !== INFO.name) return
    const data = Object.fromEntries(Object.entries(info.data ?? {}).filter(([key]) => !key.startsWith(SIGNATURE)))
    for (const token of lister.list<Secret>(secret, NAMESPACE).filter(isToken)) {
      const id = field(token, 'token-id')
      const key = field(token, 'token-secret')
      if (id === '' || key === '' || token.metadata.name !== `bootstrap-token-${id}` || field(token, 'usage-bootstrap-signing') !== 'true' || expiresMs(token) <= clock.now()) continue
      data[SIGNATURE + id] = signed(content, id, key)
    }
    if (JSON.stringify(Object.entries(data).sort()) !== JSON.stringify(Object.entries(info.data ?? {}).sort())) await client.update(configMap, { ...info, data })
  },
})

/** A signature without its content. upstream: pkg/util/bootstrap/jws.go computeDetachedSig */
export function signed(content: string, id: string, key: string): string {
  const header = base64url(JSON.stringify({ alg: 'HS256', kid: id }))
  return `${header}..${createHmac('sha256', key).update(`${header}.${base64url(content)}`).digest('base64url')}`
}
