/** Parameters that a driver understands, of classes of storage and of attributes. upstream: pkg/apis/storage/validation validateParameters */
import type { Findings, Path } from '../../base/findings'

const MAX_BYTES = 256 * 1024
const MAX_COUNT = 512

export function validateParameters(f: Findings, at: Path, parameters: Readonly<Record<string, string>> | undefined, mayBeEmpty: boolean): void {
  const pairs = Object.entries(parameters ?? {})
  if (pairs.length === 0 && !mayBeEmpty) return f.required(at, 'must contain at least one key/value pair')
  if (pairs.length > MAX_COUNT) return f.tooLong(at, MAX_COUNT)
  if (parameters !== undefined && Object.hasOwn(parameters, '')) f.invalid(at, '', 'field can not be empty.')
  if (pairs.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0) > MAX_BYTES) f.tooLong(at, MAX_BYTES)
}
