/** Checks of small texts that many fields of a pod share, reported where the text stands. */
import type { Findings, Path } from '../../../../base/findings'
import { isDns1123Label, isDns1123Subdomain, isLabelValue, isQualifiedName, validateAnnotations, validateLabels, validateLabelSelector } from '../../../../base/validation'
import type { LabelSelector } from '../../../schema/types/meta.v1'

export const dnsLabel = (f: Findings, at: Path, value: string): void => f.problems(at, value, isDns1123Label(value))
export const dnsSubdomain = (f: Findings, at: Path, value: string): void => f.problems(at, value, isDns1123Subdomain(value))
export const labelName = (f: Findings, at: Path, value: string): void => f.problems(at, value, isQualifiedName(value))

/** A value of an enumeration that has to be there; the supported ones are printed in the order given. */
export function oneOf(f: Findings, at: Path, value: string | undefined, supported: readonly string[]): void {
  if (value === undefined || value === '') f.required(at)
  else if (!supported.includes(value)) f.unsupported(at, value, supported)
}

export function labels(f: Findings, at: Path, pairs: Readonly<Record<string, string>> | undefined): void {
  for (const key in pairs)
    if (isQualifiedName(key).length > 0 || isLabelValue(pairs[key] as string).length > 0) return f.all(validateLabels(pairs, at.toString()))
}

export function annotations(f: Findings, at: Path, pairs: Readonly<Record<string, string>> | undefined): void {
  for (const _ in pairs) return f.all(validateAnnotations(pairs, at.toString()))
}

export function labelSelector(f: Findings, at: Path, selector: LabelSelector | undefined, options: { readonly allowInvalidValues?: boolean } = {}): void {
  if (selector === undefined || selector === null) return
  if (selector.matchExpressions === undefined) return labels(f, at.child('matchLabels'), selector.matchLabels)
  f.all(validateLabelSelector(selector, at.toString(), options))
}

/** Below the root, or below the folder it is relative to. upstream: validatePathNoBacksteps */
export function noBacksteps(f: Findings, at: Path, path: string): void {
  if (path.includes('..') && path.split('/').includes('..')) f.invalid(at, path, "must not contain '..'")
}

/** upstream: validateLocalDescendingPath */
export function localPath(f: Findings, at: Path, path: string): void {
  if (path.startsWith('/')) f.invalid(at, path, 'must be a relative path')
  noBacksteps(f, at, path)
}

/** upstream: ValidateLocalNonReservedPath */
export function localNonReservedPath(f: Findings, at: Path, path: string): void {
  localPath(f, at, path)
  if (path.startsWith('..') && !path.startsWith('../')) f.invalid(at, path, "must not start with '..'")
}

const MODE_WRONG = 'must be a number between 0 and 0777 (octal), both inclusive'
export function fileMode(f: Findings, at: Path, mode: number | undefined): void {
  if (mode !== undefined && (mode > 0o777 || mode < 0)) f.invalid(at, mode, MODE_WRONG)
}

