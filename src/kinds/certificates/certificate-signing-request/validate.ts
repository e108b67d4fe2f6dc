/** The validation of certificate signing requests. upstream: pkg/apis/certificates/validation */
import { X509Certificate } from 'node:crypto'
import { semanticEqual } from '../../../base/equal'
import { goQuote, type FieldErrors } from '../../../base/field'
import { Findings, Path } from '../../../base/findings'
import { validateFinalizerNames, validateMetadataUpdate } from '../../core/pod/template/metadata'
import { checkMetadata } from '../../metadata-checks'
import type { CertificateSigningRequest, CertificateSigningRequestCondition as Condition } from '../../schema/types/certificates.v1'
import { validateSignerName } from '../signer-name'
import { requestProblem } from './request'

const SPEC = Path.of('spec')
const CONDITIONS = Path.of('status').child('conditions')
const CERTIFICATE = Path.of('status').child('certificate')
const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown'
const MIN_SECONDS = 600
const USAGES = [
  'any', 'cert sign', 'client auth', 'code signing', 'content commitment', 'crl sign', 'data encipherment', 'decipher only', 'digital signature', 'email protection', 'encipher only', 'ipsec end system', 'ipsec tunnel',
  'ipsec user', 'key agreement', 'key encipherment', 'microsoft sgc', 'netscape sgc', 'ocsp signing', 's/mime', 'server auth', 'signing', 'timestamping',
]
/** Once they hold they hold for ever. */
const FINAL = ['Approved', 'Denied', 'Failed']

export function validateRequest(csr: CertificateSigningRequest): FieldErrors {
  const f = new Findings()
  validateFinalizerNames(f, csr.metadata)
  check(f, csr, undefined)
  return f.errors
}

/** What a request of the main resource, of the status and of the approval may set. */
export const updateOf =
  (may: { readonly certificate?: boolean; readonly approval?: boolean }) =>
  (next: CertificateSigningRequest, previous: CertificateSigningRequest): FieldErrors => {
    const f = new Findings()
    checkMetadata(f, next.metadata, { namespaced: false, name: () => [], previous: previous.metadata })
    check(f, next, previous)
    validateFinalConditions(f, next, previous, may.approval === true)
    const [now = '', was = ''] = [next.status?.certificate, previous.status?.certificate]
    if (now !== was && may.certificate !== true) f.forbidden(CERTIFICATE, 'updates may not set certificate content')
    else if (now !== was && was !== '') f.forbidden(CERTIFICATE, 'updates may not modify existing certificate content')
    validateMetadataUpdate(f, next, previous)
    return f.errors
  }

function check(f: Findings, { spec, status }: CertificateSigningRequest, previous: CertificateSigningRequest | undefined): void {
  // The spec never changes: what is stored was found valid.
  if (previous === undefined) checkSpec(f, spec)
  validateConditions(f, status?.conditions ?? [])
  const certificate = status?.certificate ?? ''
  if (certificate === '' || certificate === previous?.status?.certificate) return
  const problem = certificateProblem(Buffer.from(certificate, 'base64').toString('utf8'))
  if (problem !== undefined) f.invalid(CERTIFICATE, '<certificate data>', problem)
}

function checkSpec(f: Findings, { request, usages = [], signerName = '', expirationSeconds }: Partial<CertificateSigningRequest['spec']>): void {
  const problem = requestProblem(Buffer.from(request ?? '', 'base64').toString('utf8'))
  if (problem !== undefined) f.invalid(SPEC.child('request'), request ?? null, problem)
  const at = SPEC.child('usages')
  if (usages.length === 0) f.required(at)
  usages.forEach((usage, i) => {
    if (!USAGES.includes(usage)) f.unsupported(at.at(i), usage, USAGES)
  })
  usages.forEach((usage, i) => {
    if (usages.indexOf(usage) < i) f.duplicate(at.at(i), usage)
  })
  if (signerName === LEGACY_SIGNER) f.invalid(SPEC.child('signerName'), signerName, 'the legacy signerName is not allowed via this API version')
  else validateSignerName(f, SPEC.child('signerName'), signerName)
  if (expirationSeconds !== undefined && expirationSeconds < MIN_SECONDS) f.invalid(SPEC.child('expirationSeconds'), expirationSeconds, 'may not specify a duration less than 600 seconds (10 minutes)')
}

function validateConditions(f: Findings, conditions: readonly Condition[]): void {
  const seen = new Set<string>()
  conditions.forEach(({ type = '', status = '' }, i) => {
    const at = CONDITIONS.at(i)
    if (type === '') f.required(at.child('type'))
    const allowed = FINAL.includes(type) ? ['True'] : ['False', 'True', 'Unknown']
    if (status === '') f.required(at.child('status'))
    else if (!allowed.includes(status)) f.unsupported(at.child('status'), status, allowed)
    if ((type === 'Approved' && seen.has('Denied')) || (type === 'Denied' && seen.has('Approved'))) f.invalid(at.child('type'), type, 'Approved and Denied conditions are mutually exclusive')
    if (seen.has(type)) f.duplicate(at.child('type'), type)
    seen.add(type)
  })
}

function validateFinalConditions(f: Findings, next: CertificateSigningRequest, previous: CertificateSigningRequest, mayApprove: boolean): void {
  const of = (csr: CertificateSigningRequest, type: string): Condition[] => (csr.status?.conditions ?? []).filter(c => c.type === type)
  for (const type of FINAL) if (of(next, type).length < of(previous, type).length) f.forbidden(CONDITIONS, `updates may not remove a condition of type ${goQuote(type)}`)
  if (mayApprove) return
  for (const type of ['Approved', 'Denied']) {
    const [now, was] = [of(next, type), of(previous, type)]
    if (now.length > was.length) f.forbidden(CONDITIONS, `updates may not add a condition of type ${goQuote(type)}`)
    else if (now.length === was.length && !semanticEqual(now, was)) f.forbidden(CONDITIONS, `updates may not modify a condition of type ${goQuote(type)}`)
  }
}

const BLOCK = /-----BEGIN ([^\n]*?)-----\r?\n[\s\S]*?-----END \1-----/g

function certificateProblem(pem: string): string | undefined {
  let blocks = 0
  for (const [text, type] of pem.matchAll(BLOCK)) {
    if (type !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${goQuote(type as string)}`
    if (/\n[^\n:]+: /.test(text)) return 'no PEM block headers are permitted'
    try {
      new X509Certificate(text)
    } catch {
      return 'x509: malformed certificate'
    }
    blocks++
  }
  return blocks === 0 ? 'must contain at least one CERTIFICATE PEM block' : undefined
}
