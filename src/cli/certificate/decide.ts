/** `kubectl certificate approve` and `deny`. upstream: kubectl/pkg/cmd/certificates/certificates.go */
import { timestamp, type Clock } from '../../base/clock'
import { UsageError } from '../../base/errors'
import { isConflict, isNotFound } from '../../base/status'
import type { Client } from '../../client/client'
import type { CertificateSigningRequest } from '../../kinds/schema/types/certificates.v1'
import type { Factory } from '../factory'
import { filesOf, noFiles } from '../files'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import { toPrinter, type PrintObject } from '../print-flags'
import type { ResourceBuilder } from '../resource-builder/builder'
import type { ResourceQuery } from '../resource-builder/query'
import { resourceOf } from '../resource-of'

const MAX_RETRIES = 10
const CSR = 'CertificateSigningRequest'

export interface Decision {
  readonly type: 'Approved' | 'Denied'
  readonly otherwise: 'Approved' | 'Denied'
  readonly reason: string
  readonly message: string
}

export const APPROVE: Decision = { type: 'Approved', otherwise: 'Denied', reason: 'KubectlApprove', message: 'This CSR was approved by kubectl certificate approve.' }
export const DENY: Decision = { type: 'Denied', otherwise: 'Approved', reason: 'KubectlDeny', message: 'This CSR was denied by kubectl certificate deny.' }

export interface Options {
  readonly decision: Decision
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
  readonly client: () => Promise<Client>
  readonly clock: () => Promise<Clock>
  readonly force: boolean
  readonly print: PrintObject
  readonly io: IOStreams
}

/** Throws UsageError. */
export function toOptions({ args, flags }: Invocation<'certificate approve'> | Invocation<'certificate deny'>, decision: Decision, factory: Factory): Options {
  const print = toPrinter(flags, factory.io, { operation: decision.type.toLowerCase() })
  if (args.length === 0 && noFiles(flags)) throw new UsageError('one or more CSRs must be specified as <name> or -f <filename>')
  const query: ResourceQuery = { ...filesOf(flags), args, defaultType: 'certificatesigningrequests', namespace: '', latest: true }
  return { decision, query, builder: factory.builder(), client: factory.client, clock: async () => (await factory.session()).clock, force: flags.force, print, io: factory.io }
}

export async function run(options: Options): Promise<void> {
  const { query, builder, print, io } = options
  let found = 0
  await builder.forEachFetched(query, async ({ object }) => {
    const { kind, metadata } = object
    if (kind !== CSR) throw new UsageError(`can only handle ${CSR}.certificates.k8s.io objects, got ${kind}`)
    await decide(options, metadata.name)
    found++
    print(object)
  })
  if (found === 0) io.stdout('No resources found\n')
}

async function decide({ decision, client, clock, force }: Options, name: string): Promise<void> {
  const api = await client()
  const resource = resourceOf<CertificateSigningRequest>('certificates.k8s.io/v1', CSR)
  for (let attempt = 0; ; attempt++) {
    let csr: CertificateSigningRequest
    try {
      csr = await api.get(resource, name)
    } catch (e) {
      throw isNotFound(e) ? new UsageError(`could not find v1 version of ${name}: ${e.message}`) : e
    }
    const conditions = csr.status?.conditions ?? []
    if (conditions.some(c => c.type === decision.otherwise)) throw new UsageError(`certificate signing request "${name}" is already ${decision.otherwise}`)
    const decided = conditions.some(c => c.type === decision.type)
    if (decided && !force) return
    const { type, reason, message } = decision
    const next = decided ? conditions : [...conditions, { type, status: 'True', reason, message, lastUpdateTime: timestamp((await clock()).now()) }]
    try {
      await api.update(resource, { ...csr, status: { ...csr.status, conditions: next } }, { subresource: 'approval' })
      return
    } catch (e) {
      if (!isConflict(e) || attempt >= MAX_RETRIES) throw e
    }
  }
}
