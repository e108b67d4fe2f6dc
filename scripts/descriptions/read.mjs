/**
 * Reads what Kubernetes says of its types and fields out of the declarations of @kubernetes/client-node, as text: they are generated
 * from the same OpenAPI document. The generator writes every line break as a blank, and nothing for a field whose type is another one;
 * line-breaks.json says where the breaks were.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const generated = fileURLToPath(new URL('../../node_modules/@kubernetes/client-node/dist/gen/', import.meta.url))

const ENTITIES = { '#39': "'", quot: '"', lt: '<', gt: '>', amp: '&' }
const unescape = text => text.replace(/\\?&(#39|quot|lt|gt|amp);/g, (_, name) => ENTITIES[name]).replace(/\*_\//g, '*/').replace(/\/_\*/g, '/*').replace(/\\(["'\\])/g, '$1')

/** Types whose own description the generator puts in the place of the field's. */
const OF_THE_TYPE = /^(IntOrString|MicroTime|JSON|JSONSchemaPropsOr\w+) (is|represents) /

/** By class name: the type's description, then its fields'. `V1PodSpec` → ['…', { containers: '…' }] */
export function readTypes() {
  const types = {}
  for (const file of readdirSync(`${generated}models`)) {
    const name = /^((?:[A-Z][a-z]+)?V[12][A-Z]\w*|VersionInfo)\.d\.ts$/.exec(file)?.[1]
    if (name === undefined) continue
    const text = readFileSync(`${generated}models/${file}`, 'utf8')
    const head = /\/\*\*\n\* (.*)\n\*\/\nexport declare class/.exec(text)?.[1]
    const fields = {}
    for (const [, description, field] of text.matchAll(/ {4}\/\*\*\n {4}\* (.*)\n {4}\*\/\n {4}'([^']+)'\??:/g)) {
      const said = unescape(description)
      const type = OF_THE_TYPE.exec(said)?.[1]
      if (type !== undefined) types[type] = [said, {}]
      else fields[field.replace(/^_/, '')] = said
    }
    types[name] = [head === undefined ? '' : unescape(head), fields]
  }
  return types
}

/** Query parameters: by name, the longest that any request says of it. */
export function readParameters() {
  const out = {}
  const text = readFileSync(`${generated}types/ObjectParamAPI.d.ts`, 'utf8')
  for (const [, description, name] of text.matchAll(/ {4}\/\*\*\n {5}\* (.*)\n(?: {5}\* .*\n)* {5}\*\/\n {4}(\w+)\??:/g)) {
    const key = name.replace(/^_/, '')
    if (key === 'body' || key === 'name') continue
    const said = unescape(description).replace(/\n/g, ' ')
    if ((out[key]?.length ?? 0) < said.length) out[key] = said
  }
  return out
}
