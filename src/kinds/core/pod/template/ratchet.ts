/** What of a stored pod spec breaks rules that came later, and may therefore stay so. upstream: pkg/api/pod/util.go GetValidationOptionsFromPodSpecAndMeta */
import { Findings, Path } from '../../../../base/findings'
import type { ObjectMeta } from '../../../schema/types/meta.v1'
import type { PodSpec } from '../../../schema/types/core.v1'
import type { PodOptions } from './options'
import { DELETION_COST, isDeletionCost } from './validate-annotations'
import { validatePodSpec } from './validate-spec'

type Allowance = Exclude<keyof PodOptions, 'isPod' | 'podName' | 'isMirror'>

const ALLOWANCES: readonly Allowance[] = ['allowIndivisibleHugePages', 'allowInvalidSelectorValues', 'allowInvalidNodeAffinityValues', 'allowInvalidTopologySelector', 'oldViolatesMatchLabelKeys', 'allowNonLocalTokenPath', 'allowHostSysctls', 'allowDevicesInUserNamespace']

/** The options with those allowances that the stored spec needs: each whose absence makes its validation say more. */
export function ratchet(options: PodOptions, previous: PodSpec, metadata: ObjectMeta | undefined): PodOptions {
  const relaxed: Record<string, unknown> = { ...options }
  const cost = metadata?.annotations?.[DELETION_COST]
  if (cost !== undefined && !isDeletionCost(cost)) relaxed.allowInvalidDeletionCost = true
  const count = (o: PodOptions): number => {
    const f = new Findings()
    validatePodSpec(f, Path.root, previous, o)
    return f.errors.length
  }
  const strictly = count(options)
  if (strictly > 0) for (const a of ALLOWANCES) if (count({ ...options, [a]: true }) < strictly) relaxed[a] = true
  return relaxed as unknown as PodOptions
}
