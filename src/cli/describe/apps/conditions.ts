/** Conditions of a workload: type, status, reason. upstream: kubectl/pkg/describe describeDeployment */
import { text, type Lines } from '../writer'

export function workloadConditions(w: Lines, conditions: readonly { readonly type: string; readonly status: string; readonly reason?: string }[] | undefined): void {
  if (conditions === undefined || conditions.length === 0) return
  w.write(0, 'Conditions:\n  Type\tStatus\tReason\n')
  w.write(1, '----\t------\t------\n')
  for (const c of conditions) w.write(1, `${c.type} \t${c.status}\t${text(c.reason)}\n`)
}
