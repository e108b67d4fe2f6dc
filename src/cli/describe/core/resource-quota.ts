/** `kubectl describe resourcequota`, and the quotas of a namespace. upstream: kubectl/pkg/describe describeQuota, DescribeResourceQuotas */
import { byCodePoint, sortedKeys } from '../../../base/go-text'
import { canonicalQuantity, quantityFromJson, quantityOf, quantityText, quantityValue } from '../../../base/quantity'
import type { ResourceQuota } from '../../../kinds/schema/types/core.v1'
import { describerOf } from '../describer'
import { text, type Lines } from '../writer'

const SCOPES: Readonly<Record<string, string>> = {
  Terminating: 'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating: 'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort: 'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort: 'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
}

export const resourceQuota = describerOf<ResourceQuota>('v1', 'ResourceQuota', (w, object) => {
  w.write(0, `Name:\t${object.metadata.name}\n`)
  w.write(0, `Namespace:\t${text(object.metadata.namespace)}\n`)
  scopes(w, object, 0, ' * ')
  w.write(0, 'Resource\tUsed\tHard\n')
  w.write(0, '--------\t----\t----\n')
  const { hard, used } = object.status ?? {}
  for (const name of sortedKeys(hard ?? {})) {
    const [limit, use] = [quantityFromJson(hard?.[name] as string), quantityFromJson(used?.[name] ?? '0')]
    const shown = limit.format === use.format ? use : quantityOf(quantityValue(use), limit.format)
    w.write(0, `${name}\t${quantityText(shown)}\t${quantityText(limit)}\n`)
  }
}, { events: false })

function scopes(w: Lines, { spec }: ResourceQuota, level: number, bullet: string): void {
  const names = [...(spec?.scopes ?? [])].sort(byCodePoint)
  if (names.length === 0) return
  w.write(level, `Scopes:\t${names.join(', ')}\n`)
  for (const name of names) if (SCOPES[name] !== undefined) w.write(level, `${bullet}${SCOPES[name]}\n`)
}

export function resourceQuotas(w: Lines, quotas: readonly ResourceQuota[]): void {
  if (quotas.length === 0) return w.write(0, 'No resource quota.\n')
  w.write(0, 'Resource Quotas\n')
  for (const quota of [...quotas].sort((a, b) => byCodePoint(a.metadata.name, b.metadata.name))) {
    w.write(1, `Name:\t${quota.metadata.name}\n`)
    scopes(w, quota, 1, '* ')
    w.write(1, 'Resource\tUsed\tHard\n')
    w.write(1, '--------\t---\t---\n')
    const { hard, used } = quota.status ?? {}
    for (const name of sortedKeys(hard ?? {})) w.write(1, `${name}\t${canonicalQuantity(used?.[name] ?? '0')}\t${canonicalQuantity(hard?.[name] as string)}\n`)
  }
}
