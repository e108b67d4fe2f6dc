/** Removes requests for certificates that nobody needs any more. upstream: pkg/controller/certificates/cleaner */
import { X509Certificate } from 'node:crypto'
import { parseTime } from '../../base/clock'
import { ignoringNotFound } from '../../base/status'
import { defineController } from '../../client/controller'
import { certificateSigningRequest } from '../../kinds/certificates/certificate-signing-request/kind'
import type { CertificateSigningRequest } from '../../kinds/schema/types/certificates.v1'

const HOUR_MS = 3_600_000
/** Issued, denied or failed ones; and those of which nothing was decided. upstream: approvedExpiration, deniedExpiration, pendingExpiration */
const DECIDED_MS = HOUR_MS
const PENDING_MS = 24 * HOUR_MS

/** @param wallMs by which certificates live */
export const certificateCleaningController = (wallMs: () => number) =>
  defineController<CertificateSigningRequest>({
    name: 'csrcleaner',
    reconciles: certificateSigningRequest,

    async reconcile(csr, { client, clock }) {
      if (csr.metadata.deletionTimestamp !== undefined) return
      const now = clock.now()
      const atMs = goesAtMs(csr, now, wallMs())
      if (atMs === undefined) return
      if (now < atMs) return { requeueAfterMs: atMs - now }
      const { uid } = csr.metadata
      await ignoringNotFound(client.delete(certificateSigningRequest, csr, { preconditions: { uid } }))
    },
  })

/** When the request goes; undefined: it waits for somebody. */
export function goesAtMs({ metadata, status }: CertificateSigningRequest, nowMs: number, wallMs: number): number | undefined {
  const conditions = status?.conditions ?? []
  if (conditions.length === 0) return parseTime(metadata.creationTimestamp) + PENDING_MS
  const issued = (status?.certificate ?? '') !== ''
  const decided = conditions.filter(c => c.type === 'Denied' || c.type === 'Failed' || (c.type === 'Approved' && issued)).map(c => parseTime(c.lastUpdateTime ?? metadata.creationTimestamp) + DECIDED_MS)
  const left = issued ? lifeLeftMs(status?.certificate as string, wallMs) : undefined
  const all = left === undefined ? decided : [...decided, nowMs + left]
  return all.length === 0 ? undefined : Math.min(...all)
}

function lifeLeftMs(base64: string, wallMs: number): number | undefined {
  try {
    return Math.max(0, Date.parse(new X509Certificate(Buffer.from(base64, 'base64')).validTo) - wallMs)
  } catch {
    return undefined
  }
}
