/** `kubectl describe csr`. upstream: kubectl/pkg/describe CertificateSigningRequestDescriber */
import { UsageError } from '../../../base/errors'
import { humanDuration } from '../../../base/duration'
import { formatLabels } from '../../../base/label-selector'
import type { CertificateSigningRequest } from '../../../kinds/schema/types/certificates.v1'
import { describerOf } from '../describer'
import { longTime } from '../time'
import { text, type Lines } from '../writer'
import { parseRequest, type CertificateRequest } from '../../../kinds/certificates/certificate-signing-request/request'

export const certificateSigningRequest = describerOf<CertificateSigningRequest>('certificates.k8s.io/v1', 'CertificateSigningRequest', (w, object) => {
  const { metadata, spec } = object
  const request = requestOf(object)
  const subject = (id: string): string => request.subject.get(id)?.at(-1) ?? ''
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `Labels:\t${formatLabels(metadata.labels)}\n`)
  w.write(0, `Annotations:\t${formatLabels(metadata.annotations)}\n`)
  w.write(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}\n`)
  w.write(0, `Requesting User:\t${text(spec.username)}\n`)
  if (text(spec.signerName) !== '') w.write(0, `Signer:\t${spec.signerName}\n`)
  if (spec.expirationSeconds !== undefined) w.write(0, `Requested Duration:\t${humanDuration(spec.expirationSeconds * 1000)}\n`)
  w.write(0, `Status:\t${statusOf(object)}\n`)
  w.write(0, 'Subject:\n')
  w.write(0, `\tCommon Name:\t${subject('2.5.4.3')}\n`)
  w.write(0, `\tSerial Number:\t${subject('2.5.4.5')}\n`)
  for (const [id, title] of [['2.5.4.10', 'Organization'], ['2.5.4.11', 'Organizational Unit'], ['2.5.4.6', 'Country'], ['2.5.4.7', 'Locality'], ['2.5.4.8', 'Province'], ['2.5.4.9', 'StreetAddress'], ['2.5.4.17', 'PostalCode']] as const) list(w, title, request.subject.get(id) ?? [])
  const { dnsNames, emailAddresses, uris, ipAddresses } = request
  if (dnsNames.length + emailAddresses.length + uris.length + ipAddresses.length === 0) return
  w.write(0, 'Subject Alternative Names:\n')
  list(w, 'DNS Names', dnsNames)
  list(w, 'Email Addresses', emailAddresses)
  list(w, 'URIs', uris)
  list(w, 'IP Addresses', ipAddresses)
})

function requestOf({ spec }: CertificateSigningRequest): CertificateRequest {
  try {
    return parseRequest(Buffer.from(text(spec.request), 'base64').toString('utf8'))
  } catch (e) {
    throw new UsageError(`Error parsing CSR: ${(e as Error).message}`)
  }
}

function list(w: Lines, title: string, values: readonly string[]): void {
  if (values.length > 0) w.write(0, `\t${title}:\t${values.join('\n\t\t')}\n`)
}

/** `Approved,Issued`. upstream: extractCSRStatus */
function statusOf({ status }: CertificateSigningRequest): string {
  const has = (type: string): boolean => status?.conditions?.some(c => c.type === type) === true
  return `${has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending'}${has('Failed') ? ',Failed' : ''}${text(status?.certificate) === '' ? '' : ',Issued'}`
}
