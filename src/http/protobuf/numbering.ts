/** What the numbers of a message's fields mean. */
import { FIELD_NUMBERS } from './field-numbers.gen'

/** What a number of a type means: a field, or a type whose fields stand in the outer object themselves. */
export type Meaning = { readonly field: string } | { readonly within: string }

let numbers: ReadonlyMap<string, ReadonlyMap<number, Meaning>> | undefined

/** By the type's name in the table of API types; undefined for one that has no form on the wire. */
export function meaningsOf(type: string): ReadonlyMap<number, Meaning> | undefined {
  numbers ??= new Map(
    FIELD_NUMBERS.trim().split('\n').map(line => {
      const [name = '', ...fields] = line.trim().split(' ')
      return [name, new Map(fields.map(text => {
        const [, number, star, rest] = /^(\d+)(\*?)(.*)$/.exec(text) as unknown as [string, string, string, string]
        return [Number(number), star === '' ? { field: rest } : { within: rest }] as const
      }))]
    }),
  )
  return numbers.get(type)
}
