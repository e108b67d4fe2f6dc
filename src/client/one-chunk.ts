/** A body that is all there, where a stream of chunks is wanted. */
export async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
