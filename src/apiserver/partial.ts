/** Answers that hold objects' metadata alone. upstream: apiserver/pkg/endpoints/handlers/response.go asPartialObjectMetadata */
import { failure } from '../base/status'
import type { RawResponse } from '../client/client'
import type { Kind } from '../kinds/kind'
import type { Negotiated } from './negotiate'

type Json = Record<string, unknown>

/** `answer` as the client wants it; a Status stays what it is. Throws a StatusError, 406, for a list as an object and the other way round. */
export function asPartial(kind: Kind, { as }: Negotiated, answer: RawResponse): RawResponse {
  if (as === undefined || as.kind === 'Table') return answer
  const apiVersion = `meta.k8s.io/${as.version}`
  // A watch is made so from the beginning.
  if (answer.stream !== undefined) return answer
  const object = JSON.parse(answer.body) as Json
  if (object.kind === 'Status' && object.apiVersion === 'v1') return answer
  const isList = Array.isArray(object.items) && String(object.kind).endsWith('List')
  const made = `*${kind.custom !== undefined ? 'unstructured.Unstructured' : `${kind.group === '' ? 'core' : (kind.group.split('.')[0] as string)}.${kind.kind}`}`
  if (as.kind === 'PartialObjectMetadata') {
    if (isList) throw failure(406, 'NotAcceptable', `you requested PartialObjectMetadata, but the requested object is a list (${made}List)`)
    return { ...answer, body: `${JSON.stringify(partialOf(object, apiVersion))}\n` }
  }
  if (!isList) throw failure(406, 'NotAcceptable', `you requested PartialObjectMetadataList, but the requested object is not a list (${made})`)
  const items = (object.items as Json[]).map(item => partialOf(item, apiVersion))
  return { ...answer, body: `${JSON.stringify({ kind: 'PartialObjectMetadataList', apiVersion, metadata: object.metadata, items })}\n` }
}

export const partialOf = ({ metadata }: Json, apiVersion: string): Json => ({ kind: 'PartialObjectMetadata', apiVersion, metadata })
