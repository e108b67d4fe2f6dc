/** Which media type and form of an object a client gets for its `Accept`. upstream: apiserver/pkg/endpoints/handlers/negotiation, handlers/rest.go AllowsMediaTypeTransform */
import { failure, type StatusError } from '../base/status'

const JSON_TYPE = 'application/json'
const YAML_TYPE = 'application/yaml'
const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf'

/** In the order in which they are offered. */
const OFFERED = [JSON_TYPE, YAML_TYPE, PROTOBUF_TYPE]
const STREAMED = [JSON_TYPE, PROTOBUF_TYPE]
const META_VERSIONS = ['v1', 'v1beta1']

/** What was agreed. */
export interface Negotiated {
  /** One of the three that are offered. */
  readonly mediaType: string
  /** The object is wanted as something else. */
  readonly as?: { readonly kind: string; readonly version: string } | undefined
}

interface Clause {
  readonly type: string
  readonly subtype: string
  readonly q: number
  readonly params: ReadonlyMap<string, string>
}

/** What is asked about. */
export interface Endpoint {
  /** Of a custom resource: whole objects have no form in protocol buffers. */
  readonly custom: boolean
  /** A watch: no YAML. */
  readonly stream?: boolean
}

/** Throws a StatusError, 406, where nothing that the client accepts can be had. No header means JSON. */
export function negotiate(accept: string | undefined, endpoint: Endpoint): Negotiated {
  if (accept === undefined || accept === '') return { mediaType: JSON_TYPE }
  const agreed = firstOf(accept, endpoint)
  if (agreed === undefined) throw notAcceptable(OFFERED)
  if (endpoint.stream === true && !STREAMED.includes(agreed.mediaType)) throw notAcceptable(STREAMED.map(type => `${type};stream=watch`))
  return agreed
}

/** For a Status that says what went wrong: JSON where the client would have neither. */
export const negotiatedForStatus = (accept: string | undefined): string => (accept === undefined || accept === '' ? JSON_TYPE : (firstOf(accept, { custom: false })?.mediaType ?? JSON_TYPE))

function firstOf(accept: string, endpoint: Endpoint): Negotiated | undefined {
  for (const clause of clausesOf(accept))
    for (const mediaType of OFFERED) {
      const subtype = mediaType.slice('application/'.length)
      if (!(clause.type === 'application' && (clause.subtype === subtype || clause.subtype === '*')) && !(clause.type === '*' && clause.subtype === '*')) continue
      const agreed = allowedBy(clause, mediaType, endpoint)
      if (agreed !== undefined) return agreed
    }
  return undefined
}

function allowedBy({ params }: Clause, mediaType: string, { custom }: Endpoint): Negotiated | undefined {
  const stream = params.get('stream') ?? ''
  if (stream !== '' && (stream !== 'watch' || !STREAMED.includes(mediaType))) return undefined
  if ((params.get('sv') ?? '') !== '' && params.get('sv') !== 'v1') return undefined
  if (!params.has('as') && !params.has('g') && !params.has('v')) return custom && mediaType === PROTOBUF_TYPE ? undefined : { mediaType }
  const [kind = '', version = ''] = [params.get('as'), params.get('v')]
  if (params.get('g') !== 'meta.k8s.io' || !META_VERSIONS.includes(version)) return undefined
  if (kind === 'Table' ? mediaType === PROTOBUF_TYPE : kind !== 'PartialObjectMetadata' && kind !== 'PartialObjectMetadataList') return undefined
  return { mediaType, as: { kind, version } }
}

/** Best first: by their weight, those without stars before. upstream: goautoneg ParseAccept */
function clausesOf(accept: string): Clause[] {
  return accept
    .split(',')
    .map(text => {
      const [media = '', ...rest] = text.split(';').map(part => part.trim())
      const [type = '', subtype = type === '*' ? '*' : ''] = media.split('/').map(part => part.trim())
      const params = new Map(rest.map(part => (part.includes('=') ? [part.slice(0, part.indexOf('=')).trim(), part.slice(part.indexOf('=') + 1).trim()] : [part, '']) as [string, string]))
      const q = Number.parseFloat(params.get('q') ?? '1')
      params.delete('q')
      return { type, subtype, q: Number.isNaN(q) ? 1 : q, params }
    })
    .sort((a, b) => b.q - a.q || Number(a.type === '*') - Number(b.type === '*') || Number(a.subtype === '*') - Number(b.subtype === '*'))
}

export const notAcceptable = (accepted: readonly string[]): StatusError => failure(406, 'NotAcceptable', `only the following media types are accepted: ${accepted.join(', ')}`)

/** A body of another type than these cannot be read. upstream: negotiation NegotiateInputSerializer */
export const isReadable = (contentType: string): boolean => OFFERED.includes((contentType.split(';')[0] as string).trim().toLowerCase())
export const READABLE_TYPES = `the body of the request was in an unknown format - accepted media types include: ${OFFERED.join(', ')}`
