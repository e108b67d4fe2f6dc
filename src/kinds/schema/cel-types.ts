/** The types of CEL that API types stand for. upstream: apiserver/pkg/cel/common/schemas.go over the published OpenAPI */
import { Shape, type TypeInfo } from './type-info'

export type TypeTable = Record<string, Record<string, string>>

const SCALARS: Readonly<Record<number, string>> = {
  [Shape.String]: 'string',
  [Shape.Bool]: 'bool',
  [Shape.Int32]: 'int',
  [Shape.Int64]: 'int',
  [Shape.Float64]: 'double',
  [Shape.Bytes]: 'bytes',
  [Shape.Quantity]: 'string',
  [Shape.Time]: 'google.protobuf.Timestamp',
  [Shape.MicroTime]: 'google.protobuf.Timestamp',
}

/** Adds the types that `type` is made of to the table, inner ones first, and answers its name. `escaped`: a field's name as CEL can select it. Types within themselves end as dyn. */
export function celTypeOfInfo(type: TypeInfo, table: TypeTable, escaped: (name: string) => string | undefined, within: readonly TypeInfo[] = []): string {
  const inner = (t: TypeInfo): string => celTypeOfInfo(t, table, escaped, [...within, type])
  switch (type.shape) {
    case Shape.List:
      return `list<${inner(type.element)}>`
    case Shape.Map:
      return `map<string, ${inner(type.element)}>`
    case Shape.Struct: {
      const name = `object.${type.name.replace(/[^\w.]/g, '_')}`
      if (type.preserveUnknown || within.includes(type)) return 'dyn'
      if (table[name] !== undefined) return name
      const fields: Record<string, string> = {}
      for (const field of type.fieldList) {
        const key = escaped(field.name)
        if (key !== undefined) fields[key] = inner(field.type)
      }
      table[name] = fields
      return name
    }
    default:
      return SCALARS[type.shape] ?? 'dyn'
  }
}
