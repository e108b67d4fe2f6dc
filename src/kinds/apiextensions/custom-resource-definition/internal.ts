/** Parts of definitions as Go's internal types print them. */
import type { CustomResourceDefinitionVersion, ValidationRule } from '../../schema/types/apiextensions.v1'

/** A definition as it is validated: what all versions have in common stands once, at the top. upstream: apiextensions/v1/conversion.go */
export interface Hoisted {
  readonly schema: boolean
  readonly subresources: boolean
  readonly columns: boolean
  readonly selectableFields: boolean
}

export function internalVersions(versions: readonly CustomResourceDefinitionVersion[], hoisted: Hoisted): unknown {
  return versions.map(v => ({
    Name: v.name,
    Served: v.served,
    Storage: v.storage,
    Deprecated: v.deprecated ?? false,
    DeprecationWarning: v.deprecationWarning ?? null,
    Schema: hoisted.schema ? null : (v.schema ?? null),
    Subresources: hoisted.subresources ? null : (v.subresources ?? null),
    AdditionalPrinterColumns: hoisted.columns ? null : (v.additionalPrinterColumns ?? null),
    SelectableFields: hoisted.selectableFields ? null : (v.selectableFields ?? null),
  }))
}

export const internalRule = (r: ValidationRule): unknown => ({
  Rule: r.rule,
  Message: r.message ?? '',
  MessageExpression: r.messageExpression ?? '',
  Reason: r.reason ?? null,
  FieldPath: r.fieldPath ?? '',
  OptionalOldSelf: r.optionalOldSelf ?? null,
})
