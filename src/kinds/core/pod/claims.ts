/** The PersistentVolumeClaims of a pod: named ones, and those that are made for it. upstream: component-helpers/storage/ephemeral */
import type { Pod, Volume } from '../../schema/types/core.v1'

/** Index of pods by `NAMESPACE/NAME` of the claims that they use. */
export const CLAIMS = 'claim'

export interface UsedClaim {
  readonly name: string
  /** Made for this pod from the volume's template. */
  readonly isEphemeral: boolean
  readonly volume: Volume
}

const NONE: readonly UsedClaim[] = []

export function claimsOf({ metadata, spec }: Pod): readonly UsedClaim[] {
  let found: UsedClaim[] | undefined
  for (const volume of spec.volumes ?? []) {
    if (volume.persistentVolumeClaim !== undefined) (found ??= []).push({ name: volume.persistentVolumeClaim.claimName, isEphemeral: false, volume })
    else if (volume.ephemeral !== undefined) (found ??= []).push({ name: `${metadata.name}-${volume.name}`, isEphemeral: true, volume })
  }
  return found ?? NONE
}

const NO_VALUES: readonly string[] = []
export function claimValues(p: Pod): readonly string[] {
  const claims = claimsOf(p)
  return claims.length === 0 ? NO_VALUES : [...new Set(claims.map(c => `${p.metadata.namespace}/${c.name}`))]
}
