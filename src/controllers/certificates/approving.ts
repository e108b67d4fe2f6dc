/** Approves the requests of kubelets for their own client certificates. upstream: pkg/controller/certificates/approver/sarapprove.go */
import { timestamp } from '../../base/clock'
import { defineController } from '../../client/controller'
import { certificateSigningRequest } from '../../kinds/certificates/certificate-signing-request/kind'
import { parseRequest } from '../../kinds/certificates/certificate-signing-request/request'
import { subjectAccessReview } from '../../kinds/authorization/reviews'
import type { CertificateSigningRequest } from '../../kinds/schema/types/certificates.v1'
import { kubeletClientProblem } from './signing'

const SIGNER = 'kubernetes.io/kube-apiserver-client-kubelet'
const COMMON_NAME = '2.5.4.3'

/** By which right a kubelet's request is approved. */
interface Right {
  /** Of certificatesigningrequests, to be created. */
  readonly subresource: string
  readonly message: string
  /** Whether the sender asks for such a certificate. */
  fits(user: string, commonName: string): boolean
}

/** Renewing one's own certificate is tried before getting the first. */
const RIGHTS: readonly Right[] = [
  { subresource: 'selfnodeclient', message: 'Auto approving self kubelet client certificate after SubjectAccessReview.', fits: (user, commonName) => user === commonName },
  { subresource: 'nodeclient', message: 'Auto approving kubelet client certificate after SubjectAccessReview.', fits: () => true },
]

export const certificateApprovingController = defineController<CertificateSigningRequest>({
  name: 'csrapproving',
  reconciles: certificateSigningRequest,
  concerns: ({ object }) => object.spec.signerName === SIGNER,

  async reconcile(csr, { client, clock }) {
    if (csr.spec.signerName !== SIGNER || (csr.status?.certificate ?? '') !== '' || csr.status?.conditions?.some(c => c.type === 'Approved' || c.type === 'Denied') === true) return
    const { username = '', uid, groups = [], usages = [] } = csr.spec
    const request = parseRequest(Buffer.from(csr.spec.request, 'base64').toString('latin1'))
    if (kubeletClientProblem(request, usages) !== undefined) return
    for (const { subresource, message, fits } of RIGHTS) {
      if (!fits(username, request.subject.get(COMMON_NAME)?.[0] ?? '')) continue
      const review = { metadata: {} as never, spec: { user: username, groups: [...groups], ...(uid === undefined ? {} : { uid }), resourceAttributes: { group: 'certificates.k8s.io', resource: 'certificatesigningrequests', verb: 'create', subresource, version: '*' } } }
      const { status } = await client.create(subjectAccessReview, review)
      if (status?.allowed !== true) continue
      const condition = { type: 'Approved', status: 'True', reason: 'AutoApproved', message, lastUpdateTime: timestamp(clock.now()) }
      await client.update(certificateSigningRequest, { ...csr, status: { ...csr.status, conditions: [...(csr.status?.conditions ?? []), condition] } }, { subresource: 'approval' })
      return
    }
  },
})
