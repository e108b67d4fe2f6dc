/** Answers as tables, for clients that print. upstream: apiserver/pkg/endpoints/handlers/response.go asTable */
import type { Table } from '../client/client'
import type { Kind, KubeObject } from '../kinds/kind'
import { withManagedFields } from './managed'
import { table } from './read'
import type { ApiServer } from './server'

/** What each row says of its object. */
export type IncludeObject = 'None' | 'Metadata' | 'Object'

export const includeObjectOf = (query: URLSearchParams): IncludeObject => {
  const asked = query.get('includeObject')
  return asked === 'None' || asked === 'Object' ? asked : 'Metadata'
}

export function tableBody(server: ApiServer, kind: Kind, objects: readonly KubeObject[], metadata: Table['metadata'], include: IncludeObject): unknown {
  return partOfTable(table(server, kind, objects, metadata), include, o => withManagedFields(server, kind, o))
}

/** The table with as much of each row's object as is wanted; `whole` is what the wire has of it. */
export function partOfTable(made: Table, include: IncludeObject, whole: (o: KubeObject) => KubeObject): unknown {
  const shown = (o: KubeObject): unknown => (include === 'Object' ? whole(o) : { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: whole(o).metadata })
  return { ...made, rows: made.rows.map(r => ({ cells: r.cells, ...(include === 'None' ? {} : { object: shown(r.object) }) })) }
}

/** Events of a watch as tables of one row; only the first names the columns. */
export function eventTables(server: ApiServer, kind: Kind, include: IncludeObject): (type: string, object: KubeObject) => unknown {
  let first = true
  return (type, object) => {
    const { resourceVersion } = object.metadata
    const made = tableBody(server, kind, type === 'BOOKMARK' ? [] : [object], resourceVersion === undefined ? {} : { resourceVersion }, include) as Table
    const event = first ? made : { ...made, columnDefinitions: null }
    first = false
    return event
  }
}
