/** Lines as Go's klog writes them. upstream: k8s.io/klog */

import type { Clock } from '../base/clock'
import type { IOStreams } from './io-streams'

/** `W1121 09:36:35.026097       1`: what stands before `file.go:12] text`; the process number is left at 1. */
export function klogHeader(severity: 'I' | 'W' | 'E' | 'F', nowMs: number): string {
  const iso = new Date(Math.floor(nowMs)).toISOString()
  const micros = String(Math.floor((nowMs % 1) * 1000)).padStart(3, '0')
  return `${severity}${iso.slice(5, 7)}${iso.slice(8, 10)} ${iso.slice(11, 23)}${micros} ${'1'.padStart(7)}`
}

type Timed = { readonly clock: Clock }
type Written = Pick<IOStreams, 'stderr'>

/** Writes lines as errors of now. */
export const klogErrors = ({ clock }: Timed, io: Written) => (line: string): void => io.stderr(`${klogHeader('E', clock.now())} ${line}\n`)
/** The same as warnings. */
export const klogWarnings = ({ clock }: Timed, io: Written) => (line: string): void => io.stderr(`${klogHeader('W', clock.now())} ${line}\n`)
