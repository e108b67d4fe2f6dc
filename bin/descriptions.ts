/** The build's descriptions of Kubernetes' types and fields: a file beside the bundle, unpacked when first asked for. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** undefined where the build made none: explain then shows types without words. */
export function descriptions(): string | undefined {
  const path = join(__dirname, 'descriptions.br')
  return existsSync(path) ? process.getBuiltinModule('node:zlib').brotliDecompressSync(readFileSync(path)).toString() : undefined
}
