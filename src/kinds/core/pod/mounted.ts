/** The ConfigMaps and Secrets that a pod sees as files. */
import type { Pod } from '../../schema/types/core.v1'

/** Index of pods by `configmaps/NAMESPACE/NAME` and `secrets/NAMESPACE/NAME`. */
export const MOUNTED = 'mounted'

/** Every pod sees it, and it never changes: it is not filed. */
const EVERYWHERE = 'kube-root-ca.crt'
const NONE: readonly string[] = []

export function mountedSources({ metadata, spec }: Pod): readonly string[] {
  let found: string[] | undefined
  const add = (plural: string, name: string | undefined): void => {
    if (name !== undefined && name !== EVERYWHERE) (found ??= []).push(`${plural}/${metadata.namespace}/${name}`)
  }
  for (const v of spec.volumes ?? []) {
    if (v.configMap !== undefined) add('configmaps', v.configMap.name)
    else if (v.secret !== undefined) add('secrets', v.secret.secretName)
    else
      for (const s of v.projected?.sources ?? []) {
        if (s.configMap !== undefined) add('configmaps', s.configMap.name)
        else if (s.secret !== undefined) add('secrets', s.secret.name)
      }
  }
  return found === undefined ? NONE : [...new Set(found)]
}
