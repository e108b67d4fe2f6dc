/** Answers in the media type that was agreed upon, packed where they are large. */
import type { RawResponse } from '../client/client'
import { yamlText } from '../base/yaml/writer'
import { encodeEvent, encodeProtobuf, isEncodable } from './protobuf/encode'
import { PROTOBUF } from './protobuf/wire'

type Json = Record<string, unknown>

/** What goes over the wire. */
export interface WireResponse extends Omit<RawResponse, 'body'> {
  readonly body: string | Uint8Array
}

/** upstream: apiserver/pkg/endpoints/handlers/responsewriters defaultGzipThresholdBytes, defaultGzipContentEncodingLevel */
const PACKED_FROM_BYTES = 128 * 1024
const PACKING_LEVEL = 1

/** The answer's JSON as `mediaType` says. What has no form in protocol buffers stays JSON. */
export function encoded(answer: RawResponse): WireResponse {
  const { mediaType } = answer
  if (mediaType === undefined) return answer
  if (answer.stream !== undefined) return mediaType === PROTOBUF ? { ...answer, contentType: `${PROTOBUF};stream=watch`, stream: frames(answer.stream) } : answer
  const object = JSON.parse(answer.body) as Json
  if (mediaType !== PROTOBUF) return { ...answer, contentType: mediaType, body: yamlText(object) }
  const body = encodeProtobuf(object)
  return body === undefined ? answer : { ...answer, contentType: PROTOBUF, body }
}

/** Frames that are kept, by their lines: many watches tell the same at the same time. */
const KEPT = 512
const kept = new Map<string, Uint8Array>()

function frameOf(line: string): Uint8Array {
  const known = kept.get(line)
  if (known !== undefined) return known
  const { type, object } = JSON.parse(line) as { type: string; object: Json }
  const { apiVersion, kind } = object as { apiVersion: string; kind: string }
  if (!isEncodable(apiVersion, kind)) throw new Error(`${kind} of ${apiVersion} has no form in protocol buffers`)
  const frame = encodeEvent(type, object) as Buffer
  if (kept.size >= KEPT) kept.delete(kept.keys().next().value as string)
  kept.set(line, frame)
  return frame
}

/** A line of JSON a frame; chunks are whole lines. */
async function* frames(chunks: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Buffer.concat(String(chunk).split('\n').filter(line => line !== '').map(frameOf))
}

/** With gzip, where the client takes it and it is worth it. */
export function packed(answer: WireResponse, acceptEncoding: string | undefined): WireResponse | Promise<WireResponse> {
  if (answer.stream !== undefined || !answer.contentType.startsWith('application/') || !acceptsGzip(acceptEncoding)) return answer
  const { body } = answer
  // No letter takes more than three bytes.
  if (body.length * 3 <= PACKED_FROM_BYTES || Buffer.byteLength(body) <= PACKED_FROM_BYTES) return answer
  return new Promise((done, failed) => {
    process.getBuiltinModule('node:zlib').gzip(body, { level: PACKING_LEVEL }, (error, bytes) => {
      if (error !== null) failed(error)
      else done({ ...answer, body: bytes, headers: { ...answer.headers, 'content-encoding': 'gzip', vary: 'Accept-Encoding' } })
    })
  })
}

const acceptsGzip = (header = ''): boolean => header.split(',').some(token => (token.split(';')[0] as string).trim() === 'gzip')
