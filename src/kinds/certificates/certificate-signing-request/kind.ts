/** CertificateSigningRequest: someone asks for a certificate, someone approves or denies, a signer signs. */
import { timestamp } from '../../../base/clock'
import { humanDuration } from '../../../base/duration'
import { nameIsPathSegment } from '../../../base/validation'
import { age, defineKind, name } from '../../kind'
import type { CertificateSigningRequest, CertificateSigningRequestCondition as Condition } from '../../schema/types/certificates.v1'
import { updateOf, validateRequest } from './validate'

export const certificateSigningRequest = defineKind<CertificateSigningRequest>({
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  singular: 'certificatesigningrequest',
  shortNames: ['csr'],
  scope: 'Cluster',
  generation: 'never',
  subresources: {
    status: {
      prepareForUpdate(next, previous, { nowMs }) {
        keepSpec(next, previous)
        // Approving is for the other subresource.
        const decided = (c: Condition): boolean => c.type === 'Approved' || c.type === 'Denied'
        const status = (next.status ??= {})
        const conditions = [...(previous.status?.conditions ?? []).filter(decided), ...(status.conditions ?? []).filter(c => !decided(c))]
        next.status = withConditions(status, conditions, previous, nowMs)
      },
      validateUpdate: updateOf({ certificate: true }),
    },
    approval: {
      prepareForUpdate(next, previous, { nowMs }) {
        keepSpec(next, previous)
        next.status = withConditions(previous.status ?? {}, next.status?.conditions ?? [], previous, nowMs)
      },
      validateUpdate: updateOf({ approval: true }),
    },
  },

  applyDefaults(csr) {
    csr.spec ??= {} as CertificateSigningRequest['spec']
    csr.status ??= {}
  },
  // Who asks is for the server to say.
  prepareForCreate(csr, { user }) {
    csr.status = {}
    csr.spec.username = user.name
    csr.spec.groups = [...user.groups]
    if (user.uid === undefined || user.uid === '') delete csr.spec.uid
    else csr.spec.uid = user.uid
    if (user.extra === undefined || Object.keys(user.extra).length === 0) delete csr.spec.extra
    else csr.spec.extra = Object.fromEntries(Object.entries(user.extra).map(([key, values]) => [key, [...values]]))
  },
  prepareForUpdate: keepSpec,
  validateName: nameIsPathSegment,
  validate: validateRequest,
  validateUpdate: updateOf({}),
  fieldSelectors: { 'spec.signerName': csr => csr.spec.signerName },

  // upstream: pkg/printers/internalversion printCertificateSigningRequest
  columns: [
    name,
    age,
    { name: 'SignerName', type: 'string', description: 'Who is to sign.', cell: csr => (csr.spec.signerName === '' ? '<none>' : csr.spec.signerName) },
    { name: 'Requestor', type: 'string', description: 'Who asks.', cell: csr => csr.spec.username ?? '' },
    { name: 'RequestedDuration', type: 'string', description: 'How long the certificate is to last.', cell: csr => (csr.spec.expirationSeconds === undefined ? '<none>' : humanDuration(csr.spec.expirationSeconds * 1000)) },
    { name: 'Condition', type: 'string', description: 'What has become of it.', cell: conditionOf },
  ],
})

/** `Approved,Issued`. upstream: extractCSRStatus */
function conditionOf({ status }: CertificateSigningRequest): string {
  const has = (type: string): boolean => status?.conditions?.some(c => c.type === type) === true
  const words = has('Denied') ? ['Denied'] : has('Approved') ? ['Approved'] : ['Pending']
  if (has('Failed')) words.push('Failed')
  if ((status?.certificate ?? '') !== '') words.push('Issued')
  return words.join(',')
}

function keepSpec(next: CertificateSigningRequest, previous: CertificateSigningRequest): void {
  next.spec = previous.spec
}

/** With the times that whoever wrote the conditions has left out. upstream: populateConditionTimestamps */
function withConditions(status: NonNullable<CertificateSigningRequest['status']>, conditions: readonly Condition[], previous: CertificateSigningRequest, nowMs: number): NonNullable<CertificateSigningRequest['status']> {
  const { conditions: _, ...rest } = status
  if (conditions.length === 0) return rest
  const now = timestamp(nowMs)
  const dated = conditions.map(c => {
    const same = previous.status?.conditions?.find(p => p.type === c.type && p.status === c.status)
    return { ...c, lastUpdateTime: c.lastUpdateTime ?? now, lastTransitionTime: c.lastTransitionTime ?? same?.lastTransitionTime ?? now }
  })
  return { ...rest, conditions: dated }
}
