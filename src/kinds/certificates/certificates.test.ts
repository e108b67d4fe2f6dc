import { describe, expect, it } from 'vitest'
import { fieldErrorBody, type FieldErrors } from '../../base/field'
import { sampleObjects } from '../schema/recordings.testing'
import type { CertificateSigningRequest } from '../schema/types/certificates.v1'
import { certificateSigningRequest } from './certificate-signing-request/kind'
import { requestProblem } from './certificate-signing-request/request'

const texts = (errors: FieldErrors | undefined): string[] => [...(errors ?? [])].map(e => `${e.field}: ${fieldErrorBody(e)}`)
const sample = sampleObjects().find(o => o.kind === 'CertificateSigningRequest') as unknown as CertificateSigningRequest
const env = { nowMs: Date.UTC(2026, 10, 21, 8), user: { name: 'jane', groups: ['dev'], extra: { team: ['a'] } } } as never
const NOW = '2026-11-21T08:00:00Z'
const { approval, status } = certificateSigningRequest.subresources

function made(): CertificateSigningRequest {
  const csr = structuredClone(sample)
  csr.metadata.resourceVersion = '1'
  certificateSigningRequest.applyDefaults?.(csr)
  certificateSigningRequest.prepareForCreate?.(csr, env)
  return csr
}
const approved = { type: 'Approved', status: 'True', reason: 'Fine', message: '' }

describe('requests for certificates', () => {
  it('say who asks, whatever they said themselves', () => {
    const csr = { ...made(), spec: { ...made().spec, username: 'root' } }
    certificateSigningRequest.prepareForCreate?.(csr, env)
    expect(csr.spec).toMatchObject({ username: 'jane', groups: ['dev'], extra: { team: ['a'] } })
    expect(texts(certificateSigningRequest.validate?.(csr))).toEqual([])
  })

  it('are signed by the key that they are for', () => {
    const pem = Buffer.from(sample.spec.request, 'base64').toString()
    expect(requestProblem(pem)).toBeUndefined()
    const lines = pem.trim().split('\n')
    const der = Buffer.from(lines.slice(1, -1).join(''), 'base64')
    der[der.length - 1] = (der[der.length - 1] as number) ^ 1
    expect(requestProblem(`${lines[0] as string}\n${der.toString('base64')}\n${lines.at(-1) as string}\n`)).toBe('x509: signature verification failed')
    expect(requestProblem('hello')).toBe('PEM block type must be CERTIFICATE REQUEST')
  })

  it('are approved through a subresource of their own, and for good', () => {
    const [before, next] = [made(), made()]
    next.status = { conditions: [approved] }
    approval?.prepareForUpdate?.(next, before, env)
    expect(next.status.conditions).toEqual([{ ...approved, lastUpdateTime: NOW, lastTransitionTime: NOW }])
    expect(texts(approval?.validateUpdate?.(next, before))).toEqual([])
    expect(texts(approval?.validateUpdate?.(before, next))).toEqual(['status.conditions: Forbidden: updates may not remove a condition of type "Approved"'])
    const denied = { ...next, status: { conditions: [...(next.status.conditions ?? []), { type: 'Denied', status: 'True' }] } }
    expect(texts(approval?.validateUpdate?.(denied, next))).toEqual(['status.conditions[1].type: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive'])
  })

  it('are not approved by whoever writes their status', () => {
    const [before, next] = [made(), made()]
    next.status = { conditions: [approved, { type: 'Failed', status: 'True' }] }
    status?.prepareForUpdate?.(next, before, env)
    expect(next.status.conditions?.map(c => c.type)).toEqual(['Failed'])
  })

  it('show what has become of them', () => {
    const cell = (conditions: string[], certificate?: string): unknown =>
      certificateSigningRequest.columns.at(-1)?.cell({ ...made(), status: { conditions: conditions.map(type => ({ type, status: 'True' })), ...(certificate === undefined ? {} : { certificate }) } }, { nowMs: 0 })
    expect([cell([]), cell(['Approved']), cell(['Approved'], 'eA=='), cell(['Denied']), cell(['Approved', 'Failed'])]).toEqual(['Pending', 'Approved', 'Approved,Issued', 'Denied', 'Approved,Failed'])
  })
})
