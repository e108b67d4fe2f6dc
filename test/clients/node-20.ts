/** The library's HTTP client takes for granted what Node 20 lacks: zstd, with which nobody here packs, a mark for objects that nobody here sends to a thread, and a short way to make a promise. Imported before the library. */
import threads from 'node:worker_threads'
import zlib from 'node:zlib'

const lacking = (host: object, name: string, stand: () => unknown): void => void ((host as Record<string, unknown>)[name] ??= stand)
lacking(threads, 'markAsUncloneable', () => {})
lacking(zlib, 'createZstdDecompress', () => {
  throw new Error('this Node has no zstd')
})
lacking(Promise, 'withResolvers', () => {
  const made: { promise?: Promise<unknown>; resolve?: unknown; reject?: unknown } = {}
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
  return made
})
