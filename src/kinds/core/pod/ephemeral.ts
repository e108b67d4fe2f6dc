/** Writes of a pod's ephemeral containers: more may come, none may go. upstream: pkg/registry/core/pod/strategy.go podEphemeralContainersStrategy */
import { semanticEqual } from '../../../base/equal'
import { goQuote, type FieldErrors } from '../../../base/field'
import { Findings, Path } from '../../../base/findings'
import type { Pod } from '../../schema/types/core.v1'
import { internalDiff } from './template/internal'
import { validateMetadataAgain, validateMetadataUpdate } from './template/metadata'
import { MIRROR, validateAnnotationsUpdate } from './template/validate-annotations'
import { keepMetadata, raiseGeneration } from './generation'
import { podOptions, SPEC, validateSpecOfPod } from './validate'

export function prepareEphemeral(next: Pod, previous: Pod): void {
  const ephemeral = next.spec?.ephemeralContainers
  next.spec = { ...previous.spec }
  if (ephemeral === undefined) delete next.spec.ephemeralContainers
  else next.spec.ephemeralContainers = ephemeral
  keepMetadata(next, previous)
  raiseGeneration(next, previous)
}

export function validateEphemeralUpdate(next: Pod, previous: Pod): FieldErrors {
  const f = new Findings()
  if (previous.metadata.annotations?.[MIRROR] !== undefined) {
    f.forbidden(Path.root, 'static pods do not support ephemeral containers')
    return f.errors
  }
  validateMetadataUpdate(f, next, previous)
  validateMetadataAgain(f, next.metadata)
  validateSpecOfPod(f, next, podOptions(next))
  validateAnnotationsUpdate(f, next.metadata.annotations, previous.metadata.annotations)
  const at = SPEC.child('ephemeralContainers')
  for (const old of previous.spec.ephemeralContainers ?? []) {
    const now = next.spec.ephemeralContainers?.find(c => c.name === old.name)
    if (now === undefined) f.forbidden(at, `existing ephemeral containers ${goQuote(old.name)} may not be removed\n`)
    else if (!semanticEqual(now, old)) f.forbidden(at, `existing ephemeral containers ${goQuote(old.name)} may not be changed\n${internalDiff('core.EphemeralContainer', old, now)}`)
  }
  return f.errors
}
