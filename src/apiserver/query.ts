/** Options in a URL's query, read as the real server reads them. upstream: apimachinery/pkg/runtime/conversion.go */
import { goQuote } from '../base/field'
import { badRequest } from '../base/status'

/** Named without a value it is true, and so is all but `false` and `0`; undefined where it is not named. */
export function flagOf(query: URLSearchParams, name: string): boolean | undefined {
  const text = query.get(name)
  return text === null ? undefined : !['false', '0'].includes(text.toLowerCase())
}

/** Throws 400 for what is no integer of 64 bits. */
export function integerOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  if (!/^[+-]?[0-9]+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${goQuote(text)}: invalid syntax`)
  const value = BigInt(text)
  if (value > 0x7fff_ffff_ffff_ffffn || value < -0x8000_0000_0000_0000n) throw badRequest(`strconv.ParseInt: parsing ${goQuote(text)}: value out of range`)
  return Number(value)
}
