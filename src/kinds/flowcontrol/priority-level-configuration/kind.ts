/** PriorityLevelConfiguration: how many requests of a level are served at once, and what becomes of the others. */
import { semanticEqual } from '../../../base/equal'
import { Path, type Findings } from '../../../base/findings'
import { age, defineKind, name } from '../../kind'
import { checked, recheckedUpdate } from '../../metadata-checks'
import type { LimitedPriorityLevelConfiguration as Limited, LimitResponse, PriorityLevelConfiguration, QueuingConfiguration } from '../../schema/types/flowcontrol.v1'
import { MANDATORY, validateConditions } from '../conditions'

const SPEC = Path.of('spec')
const TYPES = ['Exempt', 'Limited']
const RESPONSES = ['Queue', 'Reject']
const MAX_QUEUES = 10_000_000
/** Bits of the hash by which a flow is dealt its hand of queues. upstream: apiserver/pkg/util/shufflesharding MaxHashBits */
const MAX_HASH_BITS = 60

const queuingOf = (p: PriorityLevelConfiguration): QueuingConfiguration | undefined => p.spec.limited?.limitResponse?.queuing

export const priorityLevelConfiguration = defineKind<PriorityLevelConfiguration>({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'PriorityLevelConfiguration',
  plural: 'prioritylevelconfigurations',
  singular: 'prioritylevelconfiguration',
  scope: 'Cluster',
  subresources: { status: { validateUpdate: recheckedUpdate<PriorityLevelConfiguration>({ namespaced: false }, (f, p) => validateConditions(f, p.status?.conditions)) } },

  applyDefaults(p) {
    p.spec ??= {} as PriorityLevelConfiguration['spec']
    p.status ??= {}
    if (p.spec.limited !== undefined) defaultLimited(p.spec.limited)
    if (p.spec.exempt !== undefined) {
      p.spec.exempt.nominalConcurrencyShares ??= 0
      p.spec.exempt.lendablePercent ??= 0
    }
  },
  prepareForCreate(p) {
    p.status = {}
  },
  validate: checked(validateLevel),
  validateUpdate: recheckedUpdate({ namespaced: false }, validateLevel, (f, next, previous) => {
    // The level `exempt` may be given shares.
    const fixed = next.metadata.name === 'exempt' ? next.spec.type === previous.spec.type : semanticEqual(next.spec, previous.spec)
    if (MANDATORY.includes(next.metadata.name) && !fixed) f.invalid(SPEC, next.spec, `spec of '${next.metadata.name}' must equal the fixed value`)
  }),

  columns: [
    name,
    { name: 'Type', type: 'string', description: 'Limited or Exempt.', cell: p => p.spec.type ?? '' },
    { name: 'NominalConcurrencyShares', type: 'string', description: 'Its part of all that is served at once.', cell: p => p.spec.limited?.nominalConcurrencyShares ?? '<none>' },
    { name: 'Queues', type: 'string', description: 'How many queues there are.', cell: p => queuingOf(p)?.queues ?? '<none>' },
    { name: 'HandSize', type: 'string', description: 'How many of them a flow may use.', cell: p => queuingOf(p)?.handSize ?? '<none>' },
    { name: 'QueueLengthLimit', type: 'string', description: 'How many requests may wait in each.', cell: p => queuingOf(p)?.queueLengthLimit ?? '<none>' },
    age,
  ],
})

/** upstream: pkg/apis/flowcontrol/v1/defaults.go */
function defaultLimited(limited: Limited): void {
  limited.nominalConcurrencyShares ??= 30
  limited.lendablePercent ??= 0
  const response = (limited.limitResponse ??= {} as LimitResponse)
  const { queuing } = response
  if (queuing === undefined) return
  if ((queuing.queues ?? 0) === 0) queuing.queues = 64
  if ((queuing.handSize ?? 0) === 0) queuing.handSize = 8
  if ((queuing.queueLengthLimit ?? 0) === 0) queuing.queueLengthLimit = 50
}

/** upstream: pkg/apis/flowcontrol/validation ValidatePriorityLevelConfigurationSpec */
function validateLevel(f: Findings, { metadata, spec, status }: PriorityLevelConfiguration): void {
  const { type = '', limited, exempt } = spec
  if ((metadata.name === 'exempt') !== (type === 'Exempt')) f.invalid(SPEC.child('type'), type, "type must be 'Exempt' if and only if name is 'exempt'")
  if (type === '') f.required(SPEC.child('type'))
  else if (type === 'Exempt') {
    if (limited !== undefined) f.forbidden(SPEC.child('limited'), 'must be nil if the type is not Limited')
    if (exempt !== undefined) validateShares(f, SPEC.child('exempt'), exempt)
  } else if (type === 'Limited') {
    if (exempt !== undefined) f.forbidden(SPEC.child('exempt'), 'must be nil if the type is not Exempt')
    if (limited === undefined) f.required(SPEC.child('limited'), 'must not be empty when type is Limited')
    else validateLimited(f, SPEC.child('limited'), limited)
  } else f.unsupported(SPEC.child('type'), type, TYPES)
  validateConditions(f, status?.conditions)
}

interface Shares {
  readonly nominalConcurrencyShares?: number
  readonly lendablePercent?: number
}

function validateShares(f: Findings, at: Path, { nominalConcurrencyShares: shares = 0, lendablePercent }: Shares, between?: () => void): void {
  if (shares < 0) f.invalid(at.child('nominalConcurrencyShares'), shares, 'must be a non-negative integer')
  between?.()
  if (lendablePercent !== undefined && (lendablePercent < 0 || lendablePercent > 100)) f.invalid(at.child('lendablePercent'), lendablePercent, 'must be between 0 and 100, inclusive')
}

function validateLimited(f: Findings, at: Path, limited: Limited): void {
  validateShares(f, at, limited, () => validateResponse(f, at.child('limitResponse'), limited.limitResponse))
  const borrowing = limited.borrowingLimitPercent
  if (borrowing !== undefined && borrowing < 0) f.invalid(at.child('borrowingLimitPercent'), borrowing, 'if specified, must be a non-negative integer')
}

function validateResponse(f: Findings, at: Path, { type = '', queuing }: Partial<LimitResponse> = {}): void {
  if (type === '') f.required(at.child('type'))
  else if (type === 'Reject') {
    if (queuing !== undefined) f.forbidden(at.child('queuing'), 'must be nil if limited.limitResponse.type is not Limited')
  } else if (type === 'Queue') {
    if (queuing === undefined) f.required(at.child('queuing'), 'must not be empty if limited.limitResponse.type is Limited')
    else validateQueuing(f, at.child('queuing'), queuing)
  } else f.unsupported(at.child('type'), type, RESPONSES)
}

function validateQueuing(f: Findings, at: Path, { queues = 0, handSize = 0, queueLengthLimit = 0 }: QueuingConfiguration): void {
  if (queueLengthLimit <= 0) f.invalid(at.child('queueLengthLimit'), queueLengthLimit, 'must be positive')
  if (queues <= 0) f.invalid(at.child('queues'), queues, 'must be positive')
  else if (queues > MAX_QUEUES) f.invalid(at.child('queues'), queues, `must not be greater than ${MAX_QUEUES}`)
  const hand = at.child('handSize')
  if (handSize <= 0) f.invalid(hand, handSize, 'must be positive')
  else if (handSize > queues) f.invalid(hand, handSize, `should not be greater than queues (${queues})`)
  else if (entropyBits(queues, handSize) > MAX_HASH_BITS) f.invalid(hand, handSize, `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${MAX_HASH_BITS}`)
}

function entropyBits(queues: number, handSize: number): number {
  let bits = 0
  // Enough to know that there are too many.
  for (let i = 0; i < handSize && bits <= MAX_HASH_BITS; i++) bits += Math.log2(queues - i)
  return Math.ceil(bits)
}
