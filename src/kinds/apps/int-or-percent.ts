/** Numbers of pods given as counts or percentages. upstream: pkg/apis/apps/validation ValidatePositiveIntOrPercent, IsNotMoreThan100Percent */
import type { Findings, Path } from '../../base/findings'
import { validateAtMost100Percent, validatePositiveIntOrPercent, type IntOrString } from '../../base/int-or-string'

export const countOrPercent = (f: Findings, at: Path, value: IntOrString | undefined): void => {
  if (typeof value === 'string' || (value ?? 0) < 0) f.all(validatePositiveIntOrPercent(value as IntOrString, at.toString()))
}
export const atMostAll = (f: Findings, at: Path, value: IntOrString | undefined): void => {
  if (typeof value === 'string') f.all(validateAtMost100Percent(value, at.toString()))
}
/** Neither a count nor a percentage, or none of either. */
export const isZero = (value: IntOrString | undefined): boolean => (typeof value === 'string' ? !/^[0-9]+%$/.test(value) || parseInt(value, 10) === 0 : (value ?? 0) === 0)
