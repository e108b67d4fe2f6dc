/** The validation of storage drivers. upstream: pkg/apis/storage/validation ValidateCSIDriver */
import { Path, type Findings } from '../../../base/findings'
import { immutableField, recheckedUpdate } from '../../metadata-checks'
import type { CSIDriver, TokenRequest } from '../../schema/types/storage.v1'

const SPEC = Path.of('spec')
const MODES = ['Persistent', 'Ephemeral']
const GROUP_POLICIES = ['ReadWriteOnceWithFSType', 'File', 'None']
const MIN_TOKEN_SECONDS = 600
const MAX_TOKEN_SECONDS = 2 ** 32
const MIN_PERIOD_SECONDS = 10

export function validateCsiDriver(f: Findings, { spec }: CSIDriver): void {
  const policy = spec.fsGroupPolicy ?? ''
  if (!GROUP_POLICIES.includes(policy)) f.unsupported(SPEC.child('fsGroupPolicy'), policy, GROUP_POLICIES)
  validateTokens(f, SPEC.child('tokenRequests'), spec.tokenRequests ?? [])
  for (const mode of spec.volumeLifecycleModes ?? []) if (!MODES.includes(mode)) f.unsupported(SPEC.child('volumeLifecycleModes'), mode, MODES)
  const period = spec.nodeAllocatableUpdatePeriodSeconds
  if (period !== undefined && period < MIN_PERIOD_SECONDS) f.invalid(SPEC.child('nodeAllocatableUpdatePeriodSeconds'), period, `must be greater than or equal to ${MIN_PERIOD_SECONDS} seconds`)
  if (spec.serviceAccountTokenInSecrets !== undefined && (spec.tokenRequests ?? []).length === 0)
    f.invalid(SPEC.child('serviceAccountTokenInSecrets'), spec.serviceAccountTokenInSecrets, 'serviceAccountTokenInSecrets is only supported when tokenRequests is set')
}

export const validateCsiDriverUpdate = recheckedUpdate<CSIDriver>({ namespaced: false }, validateCsiDriver, (f, next, previous) => {
  // The field's name is upstream's slip of the pen.
  immutableField(f, SPEC.child('attachedRequired'), next.spec.attachRequired, previous.spec.attachRequired)
  immutableField(f, SPEC.child('volumeLifecycleModes'), next.spec.volumeLifecycleModes, previous.spec.volumeLifecycleModes)
})

function validateTokens(f: Findings, at: Path, requests: readonly TokenRequest[]): void {
  const audiences = new Set<string>()
  requests.forEach(({ audience = '', expirationSeconds: seconds }, i) => {
    if (audiences.has(audience)) return f.duplicate(at.at(i).child('audience'), audience)
    audiences.add(audience)
    if (seconds === undefined) return
    if (seconds < MIN_TOKEN_SECONDS) f.invalid(at.at(i).child('expirationSeconds'), seconds, 'may not specify a duration less than 10 minutes')
    if (seconds > MAX_TOKEN_SECONDS) f.invalid(at.at(i).child('expirationSeconds'), seconds, 'may not specify a duration larger than 2^32 seconds')
  })
}
