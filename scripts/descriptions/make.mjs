/** Makes dist/descriptions.br: what Kubernetes says of its types, fields and query parameters, for `explain` and the OpenAPI documents. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { readParameters, readTypes } from './read.mjs'

/** Writes the file and answers its size in bytes. */
export function makeDescriptions(path) {
  const types = readTypes()
  const breaks = JSON.parse(readFileSync(new URL('line-breaks.json', import.meta.url), 'utf8'))
  for (const [key, offsets] of Object.entries(breaks)) {
    const [type, field] = key.split('.')
    const entry = types[type]
    if (entry === undefined) continue
    const text = field === undefined ? entry[0] : entry[1][field]
    if (text === undefined || offsets.some(i => text[i] !== ' ')) continue
    const broken = [...text].map((c, i) => (offsets.includes(i) ? '\n' : c)).join('')
    if (field === undefined) entry[0] = broken
    else entry[1][field] = broken
  }
  const packed = brotliCompressSync(JSON.stringify({ types, parameters: readParameters() }), { params: { [constants.BROTLI_PARAM_SIZE_HINT]: 1_000_000 } })
  writeFileSync(path, packed)
  return packed.length
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(makeDescriptions(fileURLToPath(new URL('../../dist/descriptions.br', import.meta.url))))
