import { createPrivateKey, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { CertificateAuthority } from './certificate-authority'
import { certificateRequest } from './request.testing'
import { SigningKey } from './signing-key'

const CREATED = Date.UTC(2026, 10, 21, 8)
const NOW = CREATED + 3600_000
const ca = (secret = 'one') => new CertificateAuthority(secret, () => CREATED)

const REQUEST = certificateRequest('jane', 'devs')

describe('a signing key', () => {
  it('follows from its secret, as do its signatures, and they hold', () => {
    const [a, b] = [new SigningKey('s'), new SigningKey('s')]
    const text = Buffer.from('hello')
    expect(a.point.equals(b.point)).toBe(true)
    expect(a.sign(text).equals(b.sign(text))).toBe(true)
    expect(b.verify(text, a.sign(text))).toBe(true)
    expect(b.verify(Buffer.from('hellp'), a.sign(text))).toBe(false)
    expect(new SigningKey('t').point.equals(a.point)).toBe(false)
    expect(createPrivateKey(a.privatePem()).asymmetricKeyType).toBe('ec')
  })
})

describe('the certificate authority', () => {
  it('has one certificate a secret, that certifies itself for ten years', () => {
    const root = new X509Certificate(ca().certificate)
    expect(ca().certificate).toBe(ca().certificate)
    expect(ca('two').certificate).not.toBe(ca().certificate)
    expect({ subject: root.subject, ca: root.ca, san: root.subjectAltName }).toEqual({ subject: 'CN=kubernetes', ca: true, san: 'DNS:kubernetes' })
    expect(root.verify(root.publicKey)).toBe(true)
    expect([Date.parse(root.validFrom), Date.parse(root.validTo)]).toEqual([CREATED, CREATED + 3650 * 24 * 3600_000])
  })

  it('signs a request: its subject and key, the usages and the time that are allowed', () => {
    const authority = ca()
    const signed = new X509Certificate(authority.sign(REQUEST, { usages: ['client auth'], seconds: 86400, nowMs: NOW }))
    const root = new X509Certificate(authority.certificate)
    expect(signed.subject).toBe('O=devs\nCN=jane')
    expect(signed.issuer).toBe('CN=kubernetes')
    expect(signed.checkIssued(root)).toBe(true)
    expect(signed.verify(root.publicKey)).toBe(true)
    expect(signed.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
    expect([Date.parse(signed.validFrom), Date.parse(signed.validTo)]).toEqual([NOW - 300_000, NOW + 86400_000])
  })

  it('knows its own clients, and nobody else', () => {
    const authority = ca()
    const pem = authority.sign(REQUEST, { usages: ['digital signature', 'client auth'], seconds: 600, nowMs: NOW })
    expect(authority.userOf(pem, NOW)).toMatchObject({ user: 'jane', groups: ['devs'], credentialId: expect.stringMatching(/^X509SHA256=[0-9a-f]{64}$/) as string })
    expect(authority.userOf(pem, NOW + 601_000)).toBeUndefined()
    expect(ca('two').userOf(pem, NOW)).toBeUndefined()
    expect(authority.userOf(authority.sign(REQUEST, { usages: ['server auth'], seconds: 600, nowMs: NOW }), NOW)).toBeUndefined()
    expect(authority.userOf('no certificate', NOW)).toBeUndefined()
  })

  it('makes pairs of key and certificate for servers and clients', () => {
    const authority = ca()
    const server = authority.serverPair(['localhost'], ['127.0.0.1', '::1'], NOW)
    const certificate = new X509Certificate(server.certificate)
    expect(certificate.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1')
    expect(certificate.checkPrivateKey(createPrivateKey(server.key))).toBe(true)
    const client = authority.clientPair({ commonName: 'kubernetes-admin', organizations: ['system:masters'] }, NOW)
    expect(authority.userOf(client.certificate, NOW)).toMatchObject({ user: 'kubernetes-admin', groups: ['system:masters'] })
    expect(new X509Certificate(client.certificate).checkPrivateKey(createPrivateKey(client.key))).toBe(true)
  })
})
