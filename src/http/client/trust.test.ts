import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { authorities } from './trust'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trust-'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

it('adds a file to whom Node believes, as Node does', () => {
  const file = join(folder, 'ca.pem')
  writeFileSync(file, 'a certificate')
  vi.stubEnv('NODE_EXTRA_CA_CERTS', file)
  expect(authorities()).toEqual([...rootCertificates, 'a certificate'])
})

it.each(['', '/nowhere/ca.pem'])('leaves it at that without a file: %j', path => {
  vi.stubEnv('NODE_EXTRA_CA_CERTS', path)
  expect(authorities()).toBeUndefined()
})
