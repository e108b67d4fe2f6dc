/** The values that Go writes for what was never set. */
import { type FieldInfo, Shape, type TypeInfo } from './type-info'

type Json = Record<string, unknown>

/** What Go writes for a value that was never set. */
export function zeroOf(type: TypeInfo): unknown {
  switch (type.shape) {
    case Shape.String:
      return ''
    case Shape.Bool:
      return false
    case Shape.Int32:
    case Shape.Int64:
    case Shape.Float64:
    case Shape.IntOrString:
      return 0
    case Shape.Quantity:
      return '0'
    case Shape.Struct: {
      const out: Json = {}
      for (const field of type.alwaysWritten) out[field.name] = zeroField(field)
      return out
    }
    case Shape.List:
      return []
    case Shape.Map:
      return {}
    default:
      return null
  }
}

/** An unset field that is written nevertheless: nil pointers, lists and maps are null. */
export function zeroField(field: FieldInfo): unknown {
  const { type } = field
  return field.pointer || type.shape === Shape.List || type.shape === Shape.Map ? null : zeroOf(type)
}
