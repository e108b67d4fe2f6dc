/** The validation of config maps. upstream: pkg/apis/core/validation ValidateConfigMap, ValidateConfigMapUpdate */
import { deepEqual } from '../../../base/equal'
import { Path, type Findings } from '../../../base/findings'
import { isConfigMapKey } from '../../../base/validation'
import { checked, checkedUpdate, checkMetadata } from '../../metadata-checks'
import type { ConfigMap } from '../../schema/types/core.v1'

/** Of a ConfigMap or a Secret. upstream: core.MaxSecretSize */
export const MAX_BYTES = 1024 * 1024
export const SEALED = 'field is immutable when `immutable` is set'

export const validateConfigMap = checked(check)

export const validateConfigMapUpdate = checkedUpdate<ConfigMap>((f, next, previous) => {
  if (previous.immutable === true) {
    if (next.immutable !== true) f.forbidden(Path.of('immutable'), SEALED)
    if (!deepEqual(next.data ?? {}, previous.data ?? {})) f.forbidden(Path.of('data'), SEALED)
    if (!deepEqual(next.binaryData ?? {}, previous.binaryData ?? {})) f.forbidden(Path.of('binaryData'), SEALED)
  }
  checkMetadata(f, next.metadata, { previous: previous.metadata })
  if (next.data !== previous.data || next.binaryData !== previous.binaryData) check(f, next)
})

function check(f: Findings, { data, binaryData }: ConfigMap): void {
  let bytes = 0
  for (const key in data) {
    const problems = isConfigMapKey(key)
    if (problems.length > 0) f.problems(Path.of('data').key(key), key, problems)
    if (binaryData?.[key] !== undefined) f.invalid(Path.of('data').key(key), key, 'duplicate of key present in binaryData')
    bytes += Buffer.byteLength(data[key] as string)
  }
  for (const key in binaryData) {
    const problems = isConfigMapKey(key)
    if (problems.length > 0) f.problems(Path.of('binaryData').key(key), key, problems)
    bytes += base64Bytes(binaryData[key] as string)
  }
  // Upstream names no field.
  if (bytes > MAX_BYTES) f.tooLong(Path.root.key(''), MAX_BYTES)
}

/** Decoded length of canonical base64; null is no bytes. */
export function base64Bytes(text: string | null): number {
  if (text === null) return 0
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return (text.length / 4) * 3 - padding
}
