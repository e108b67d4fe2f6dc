/** The table of a custom resource. upstream: apiextensions-apiserver/pkg/registry/customresource/tableconvertor */
import { ageSince } from '../../../base/duration'
import { findJsonPath, parseJsonPath, renderJsonPath } from '../../../base/json-path'
import { name, type Column, type KubeObject } from '../../kind'
import type { CustomResourceColumnDefinition } from '../../schema/types/apiextensions.v1'

const AGE: CustomResourceColumnDefinition = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }

export function customColumns(definitions: readonly CustomResourceColumnDefinition[] | undefined): readonly Column<KubeObject>[] {
  const given = definitions === undefined || definitions.length === 0 ? [AGE] : definitions
  return [name, ...given.map(column)]
}

function column(c: CustomResourceColumnDefinition): Column<KubeObject> {
  const path = parseJsonPath(`{${c.jsonPath}}`)
  return {
    name: c.name,
    type: c.type as Column<KubeObject>['type'],
    ...(c.format === undefined ? {} : { format: c.format }),
    description: c.description ?? (c === AGE ? 'Time since the object was made.' : `Custom resource definition column (in JSONPath format): ${c.jsonPath}`),
    ...(c.priority === undefined ? {} : { priority: c.priority }),
    cell(object, { nowMs }) {
      let value: unknown
      try {
        const [found] = findJsonPath(path, object, { allowMissingKeys: true })
        if (found === undefined || found.length === 0 || found[0] === undefined || found[0] === null) return null
        if (c.type === 'string') return renderJsonPath(path, object, { allowMissingKeys: true })
        value = found[0]
      } catch {
        return null
      }
      switch (c.type) {
        case 'integer':
          return typeof value === 'bigint' ? value : typeof value === 'number' ? Math.trunc(value) : null
        case 'number':
          return typeof value === 'bigint' ? Number(value) : typeof value === 'number' ? value : null
        case 'boolean':
          return typeof value === 'boolean' ? value : null
        default:
          if (typeof value !== 'string') return null
          return Number.isNaN(Date.parse(value)) ? '<invalid>' : ageSince(value, nowMs)
      }
    },
  }
}
