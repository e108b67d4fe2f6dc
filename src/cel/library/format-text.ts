/** `'%s'.format([…])`. upstream: cel-go/ext/formatting.go */
import { CelFunctionError } from './register'
import { celText } from './text'

/** Throws CelFunctionError when a clause does not fit its argument. */
export function formatCel(template: string, args: readonly unknown[]): string {
  let next = 0
  let out = ''
  for (let i = 0; i < template.length; i++) {
    const c = template[i] as string
    if (c !== '%') {
      out += c
      continue
    }
    if (template[i + 1] === '%') {
      out += '%'
      i++
      continue
    }
    const clause = /^%(?:\.(\d+))?([a-zA-Z])/.exec(template.slice(i))
    if (clause === null) throw new CelFunctionError('could not parse formatting clause: unrecognized formatting clause')
    i += clause[0].length - 1
    if (next >= args.length) throw new CelFunctionError(`index ${next} out of range`)
    out += formatOne(clause[2] as string, clause[1] === undefined ? undefined : Number(clause[1]), args[next++])
  }
  return out
}

function formatOne(verb: string, precision: number | undefined, value: unknown): string {
  switch (verb) {
    case 's':
      return celText(value)
    case 'd':
      if (typeof value === 'bigint') return value.toString()
      if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
      throw new CelFunctionError(`error during formatting: decimal clause can only be used on integers, was given ${typeName(value)}`)
    case 'f':
      return Number(value).toFixed(precision ?? 6)
    case 'e':
      return Number(value).toExponential(precision ?? 6).replace(/e([+-])(\d)$/, 'e$10$2')
    case 'b':
      if (typeof value === 'boolean') return value ? '1' : '0'
      if (typeof value === 'bigint') return value.toString(2)
      throw new CelFunctionError(`error during formatting: only integers and bools can be formatted as binary, was given ${typeName(value)}`)
    case 'o':
      if (typeof value === 'bigint') return value.toString(8)
      throw new CelFunctionError(`error during formatting: octal clause can only be used on integers, was given ${typeName(value)}`)
    case 'x':
    case 'X': {
      const text = hex(value)
      return verb === 'x' ? text : text.toUpperCase()
    }
    default:
      throw new CelFunctionError(`could not parse formatting clause: unrecognized formatting clause "${verb}"`)
  }
}

function hex(value: unknown): string {
  if (typeof value === 'bigint') return value.toString(16)
  if (typeof value === 'string') return Buffer.from(value).toString('hex')
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  throw new CelFunctionError(`error during formatting: only integers, byte buffers, and strings can be formatted as hex, was given ${typeName(value)}`)
}

function typeName(value: unknown): string {
  if (value === null) return 'null_type'
  if (Array.isArray(value)) return 'list'
  return typeof value === 'bigint' ? 'int' : typeof value === 'number' ? 'double' : typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'map'
}
