/** Names of signers: `example.com/serving`. upstream: pkg/apis/core/validation ValidateSignerName */
import type { Findings, Path } from '../../base/findings'
import { isDns1123Label, isDns1123Subdomain } from '../../base/validation'

/** A domain, a slash, a namespace, a dot and a name, each as long as it may be. */
const MAX_BYTES = 253 + 1 + 63 + 1 + 253

export function validateSignerName(f: Findings, at: Path, name: string): void {
  if (name === '') return f.required(at)
  const segments = name.split('/')
  if (segments.length !== 2) return f.invalid(at, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")
  const [domain, path] = segments as [string, string]
  const labels = domain.split('.')
  if (labels.length < 2) f.invalid(at, domain, 'should be a domain with at least two segments separated by dots')
  for (const label of labels) for (const problem of isDns1123Label(label)) f.invalid(at, domain, `validating label ${JSON.stringify(label)}: ${problem}`)
  for (const part of path.split('.')) for (const problem of isDns1123Subdomain(part)) f.invalid(at, path, `validating label ${JSON.stringify(part)}: ${problem}`)
  if (Buffer.byteLength(name) > MAX_BYTES) f.tooLong(at, MAX_BYTES)
}
