/** CertificateApproval, CertificateSigning and CertificateSubjectRestriction: who may approve, who may sign, and what nobody may ask for. upstream: plugin/pkg/admission/certificates */
import { deepEqual } from '../../base/equal'
import { goQuote } from '../../base/field'
import { forbiddenRequest } from '../../base/status'
import { parseRequest } from '../../kinds/certificates/certificate-signing-request/request'
import type { CertificateSigningRequest } from '../../kinds/schema/types/certificates.v1'
import type { Actor } from '../actor'
import type { AdmissionPlugin } from '../admission'
import { isMaster, MASTERS, type Authorizer } from '../authorization/authorizer'

const RESOURCES = ['certificatesigningrequests.certificates.k8s.io']
const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client'
const ORGANIZATION = '2.5.4.10'

export function certificateApproval(authorizer: Authorizer): AdmissionPlugin {
  return {
    name: 'CertificateApproval',
    operations: ['UPDATE'],
    resources: RESOURCES,
    validate(a) {
      if (a.subresource !== 'approval') return
      const { signerName } = (a.previous as CertificateSigningRequest).spec
      if (!mayForSigner(authorizer, a.request.actor, 'approve', signerName)) throw forbiddenRequest(a.kind, a.name, `user not permitted to approve requests with signerName ${goQuote(signerName)}`)
    },
  }
}

export function certificateSigning(authorizer: Authorizer): AdmissionPlugin {
  return {
    name: 'CertificateSigning',
    operations: ['UPDATE'],
    resources: RESOURCES,
    validate(a) {
      if (a.subresource !== 'status') return
      const [next, previous] = [a.object as CertificateSigningRequest, a.previous as CertificateSigningRequest]
      if (next.status?.certificate === previous.status?.certificate && deepEqual(next.status?.conditions, previous.status?.conditions)) return
      const { signerName } = previous.spec
      if (!mayForSigner(authorizer, a.request.actor, 'sign', signerName)) throw forbiddenRequest(a.kind, a.name, `user not permitted to sign requests with signerName ${goQuote(signerName)}`)
    },
  }
}

export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  operations: ['CREATE'],
  resources: RESOURCES,
  validate(a) {
    const { spec } = a.object as CertificateSigningRequest
    if (a.subresource !== '' || spec.signerName !== CLIENT_SIGNER) return
    let organizations: readonly string[]
    try {
      organizations = parseRequest(Buffer.from(spec.request, 'base64').toString('latin1')).subject.get(ORGANIZATION) ?? []
    } catch (e) {
      throw forbiddenRequest(a.kind, a.name, `failed to parse CSR: ${(e as Error).message}`)
    }
    if (organizations.includes(MASTERS)) throw forbiddenRequest(a.kind, a.name, `use of ${CLIENT_SIGNER} signer with system:masters group is not allowed`)
  },
}

/** For this signer, or for all of its domain. upstream: pkg/certauthorization IsAuthorizedForSignerName */
function mayForSigner(authorizer: Authorizer, { trusted, user, groups }: Actor, verb: string, signerName: string): boolean {
  if (trusted || isMaster({ user, groups })) return true
  const asked = (name: string) => ({ user, groups, verb, group: 'certificates.k8s.io', resource: 'signers', subresource: '', name, namespace: '' })
  return authorizer.authorize(asked(signerName)).allowed || authorizer.authorize(asked(`${signerName.split('/')[0]}/*`)).allowed
}
