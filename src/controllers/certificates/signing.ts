/** Signs approved certificate requests of Kubernetes' own signers with the cluster's CA. upstream: pkg/controller/certificates/signer */
import { timestamp } from '../../base/clock'
import { defineController } from '../../client/controller'
import { certificateSigningRequest } from '../../kinds/certificates/certificate-signing-request/kind'
import { parseRequest, type CertificateRequest } from '../../kinds/certificates/certificate-signing-request/request'
import type { CertificateSigningRequest } from '../../kinds/schema/types/certificates.v1'

const DEFAULT_SECONDS = 365 * 24 * 3600
const MIN_SECONDS = 600
const COMMON_NAME = '2.5.4.3'
const ORGANIZATION = '2.5.4.10'

/** Signs a PEM request for these usages and so many seconds. Throws an Error in Go's words. */
export type Sign = (request: string, options: { readonly usages: readonly string[]; readonly seconds: number }) => string

interface Signer {
  readonly name: string
  /** What is wrong with a request; undefined when it may be signed. */
  problem(request: CertificateRequest, usages: readonly string[]): string | undefined
}

const subject = (r: CertificateRequest, type: string): readonly string[] => r.subject.get(type) ?? []
const only = (usages: readonly string[], ...allowed: readonly string[]): boolean => usages.every(u => allowed.includes(u))

/** upstream: pkg/apis/certificates/helpers.go ValidateKubeletServingCSR, ValidateKubeletClientCSR */
const SIGNERS: readonly Signer[] = [
  {
    name: 'kubernetes.io/kube-apiserver-client',
    problem: (_, usages) => (usages.includes('client auth') && only(usages, 'client auth', 'digital signature', 'key encipherment') ? undefined : 'invalid usage for client certificate'),
  },
  { name: 'kubernetes.io/kube-apiserver-client-kubelet', problem: kubeletClientProblem },
  { name: 'kubernetes.io/kubelet-serving', problem: kubeletServingProblem },
]

export function kubeletClientProblem(request: CertificateRequest, usages: readonly string[]): string | undefined {
  if (subject(request, ORGANIZATION).join() !== 'system:nodes') return 'subject organization is not system:nodes'
  if (request.dnsNames.length > 0) return 'DNS subjectAltNames are not allowed'
  if (request.emailAddresses.length > 0) return 'Email subjectAltNames are not allowed'
  if (request.ipAddresses.length > 0) return 'IP subjectAltNames are not allowed'
  if (request.uris.length > 0) return 'URI subjectAltNames are not allowed'
  if (subject(request, COMMON_NAME)[0]?.startsWith('system:node:') !== true) return 'subject common name does not begin with system:node:'
  return usages.includes('client auth') && only(usages, 'client auth', 'digital signature', 'key encipherment') ? undefined : 'usages did not match'
}

function kubeletServingProblem(request: CertificateRequest, usages: readonly string[]): string | undefined {
  if (subject(request, ORGANIZATION).join() !== 'system:nodes') return 'subject organization is not system:nodes'
  if (request.dnsNames.length + request.ipAddresses.length === 0) return 'DNS or IP subjectAltName is required'
  if (request.emailAddresses.length > 0) return 'Email subjectAltNames are not allowed'
  if (request.uris.length > 0) return 'URI subjectAltNames are not allowed'
  if (subject(request, COMMON_NAME)[0]?.startsWith('system:node:') !== true) return 'subject common name does not begin with system:node:'
  return usages.includes('server auth') && only(usages, 'server auth', 'digital signature', 'key encipherment') ? undefined : 'usages did not match'
}

const conditionOf = ({ status }: CertificateSigningRequest, type: string) => status?.conditions?.find(c => c.type === type)

export function certificateSigningController(sign: Sign) {
  return defineController<CertificateSigningRequest>({
    name: 'certificate-controller',
    reconciles: certificateSigningRequest,

    async reconcile(csr, { client, clock }) {
      const signer = SIGNERS.find(s => s.name === csr.spec.signerName)
      if (signer === undefined || conditionOf(csr, 'Approved') === undefined || conditionOf(csr, 'Denied') !== undefined) return
      if ((csr.status?.certificate ?? '') !== '' || conditionOf(csr, 'Failed') !== undefined) return
      const pem = Buffer.from(csr.spec.request, 'base64').toString('latin1')
      const usages = csr.spec.usages ?? []
      const problem = signer.problem(parseRequest(pem), usages)
      const status = { ...csr.status }
      if (problem === undefined) status.certificate = Buffer.from(sign(pem, { usages, seconds: Math.max(csr.spec.expirationSeconds ?? DEFAULT_SECONDS, MIN_SECONDS) }), 'latin1').toString('base64')
      else status.conditions = [...(csr.status?.conditions ?? []), { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message: problem, lastUpdateTime: timestamp(clock.now()) }]
      await client.update(certificateSigningRequest, { ...csr, status }, { subresource: 'status' })
    },
  })
}
