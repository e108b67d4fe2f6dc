/** `kubectl auth whoami`. upstream: kubectl/pkg/cmd/auth/whoami.go */
import { UsageError } from '../../base/errors'
import { sortedKeys } from '../../base/go-text'
import { StatusError } from '../../base/status'
import type { KubeObject } from '../../kinds/kind'
import type { SelfSubjectReview } from '../../kinds/schema/types/authentication.v1'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { toPrinter } from '../print-flags'
import { TABLE_STYLE, alignTabs } from '../print/tab-writer'
import { resourceOf } from '../resource-of'

export interface Options {
  readonly factory: Factory
  readonly print: (review: SelfSubjectReview & KubeObject) => void
}

/** Throws UsageError. */
export function toOptions({ flags }: Invocation<'auth whoami'>, factory: Factory): Options {
  const structured = flags.output === '' ? undefined : toPrinter(flags, factory.io, { typed: true })
  return { factory, print: review => (structured === undefined ? factory.io.stdout(tableText(review)) : structured({ ...review, apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' })) }
}

/** Throws UsageError where the review may not be asked for. */
export async function run({ factory, print }: Options): Promise<void> {
  const client = await factory.client()
  try {
    print(await client.create(resourceOf<SelfSubjectReview & KubeObject>('authentication.k8s.io/v1', 'SelfSubjectReview'), { metadata: {} } as SelfSubjectReview & KubeObject))
  } catch (error) {
    if (error instanceof StatusError && error.reason === 'Forbidden') throw new UsageError('the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it')
    if (error instanceof StatusError && error.reason === 'NotFound') throw new UsageError('the selfsubjectreviews API is not enabled in the cluster')
    throw error
  }
}

function tableText({ status }: SelfSubjectReview): string {
  const { username = '', uid = '', groups = [], extra = {} } = status?.userInfo ?? {}
  const lines = ['ATTRIBUTE\tVALUE']
  if (username !== '') lines.push(`Username\t${username}`)
  if (uid !== '') lines.push(`UID\t${uid}`)
  if (groups.length > 0) lines.push(`Groups\t[${groups.join(' ')}]`)
  for (const key of sortedKeys(extra)) lines.push(`Extra: ${key}\t[${(extra[key] ?? []).join(' ')}]`)
  return alignTabs(`${lines.join('\n')}\n`, TABLE_STYLE)
}
