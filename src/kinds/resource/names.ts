/** Names of pools, devices and their attributes. upstream: pkg/apis/resource/validation */
import type { Findings, Path } from '../../base/findings'
import { isCIdentifier, isDns1123Subdomain } from '../../base/validation'
import { validateCsiDriverName } from '../core/pod/template/validate-volume-source'

const MAX_POOL = 253
const MAX_IDENTIFIER = 32
/** A domain, a slash and an identifier. */
const MAX_QUALIFIED = 63 + 1 + MAX_IDENTIFIER

/** Pools may be grouped: each part is a name of its own. */
export function validatePoolName(f: Findings, at: Path, name: string): void {
  if (name === '') return f.required(at)
  if (Buffer.byteLength(name) > MAX_POOL) f.tooLong(at, MAX_POOL)
  for (const part of name.split('/')) f.problems(at, part, isDns1123Subdomain(part))
}

/** `model`, or `gpu.example.com/model`. */
export function validateQualifiedName(f: Findings, at: Path, name: string): void {
  if (Buffer.byteLength(name) > MAX_QUALIFIED) return f.tooLong(at, MAX_QUALIFIED)
  const parts = name.split('/')
  if (parts.length > 2) return f.invalid(at, name, 'must be a C identifier or a domain and a C identifier separated by /')
  const [identifier = '', domain] = parts.reverse()
  if (domain === '') f.required(at, 'the domain must not be empty')
  else if (domain !== undefined) validateCsiDriverName(f, at, domain)
  if (identifier === '') return f.required(at, 'the name must not be empty')
  if (Buffer.byteLength(identifier) > MAX_IDENTIFIER) f.tooLong(at, MAX_IDENTIFIER)
  f.problems(at, identifier, isCIdentifier(identifier))
}

export function validateFullyQualifiedName(f: Findings, at: Path, name: string): void {
  validateQualifiedName(f, at, name)
  if (!name.includes('/')) f.invalid(at, name, 'must include a domain')
}

/** At most `max` items, each of them valid, none twice. */
export function validateSet<T>(f: Findings, at: Path, items: readonly T[] | null | undefined, max: number, keyOf: (item: T) => string, check: (item: T, at: Path) => void): void {
  const keys = new Set<string>()
  if (items !== undefined && items !== null && items.length > max) f.tooMany(at, items.length, max)
  items?.forEach((item, i) => {
    check(item, at.at(i))
    const key = keyOf(item)
    if (keys.has(key)) f.duplicate(at.at(i), key)
    keys.add(key)
  })
}
