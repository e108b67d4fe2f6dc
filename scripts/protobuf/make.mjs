/**
 * Writes src/http/protobuf/field-numbers.gen.ts: the number of each field of the API's types on the wire, taken from Kubernetes' `generated.proto`
 * files below a folder, for the types and fields that src/kinds/schema knows: `node scripts/protobuf/make.mjs FOLDER`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../../', import.meta.url))
const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('usage: node scripts/protobuf/make.mjs FOLDER')

const outfile = `${root}node_modules/.cache/protobuf-types.mjs`
await build({ entryPoints: [`${root}src/kinds/schema/table.ts`], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'warning' })
const { typeNamed } = await import(outfile)
const fieldsOf = name => {
  try {
    return [...typeNamed(name).fields.keys()]
  } catch {
    return []
  }
}

/** `k8s.io.api.core.v1` → `core.v1`, as the type table names packages. */
const packageOf = name => name.split('.').slice(-2).join('.')
const messages = new Map()
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (entry.name !== 'generated.proto') continue
  const text = readFileSync(join(entry.parentPath, entry.name), 'utf8')
  const pkg = packageOf(/^package ([\w.]+);/m.exec(text)[1])
  for (const [, name, body] of text.matchAll(/^message (\w+) \{\n([\s\S]*?)^\}/gm)) {
    const fields = [...body.matchAll(/^ {2}(?:optional|repeated|required)? ?(map<[^>]+>|[\w.]+) (\w+) = (\d+);/gm)].map(([, type, field, number]) => ({ field, number: Number(number), type: type.includes('.') ? type.replace(/^\.?(?:[\w]+\.)*?(\w+\.\w+\.\w+)$/, '$1') : `${pkg}.${type}` }))
    messages.set(`${pkg}.${name}`, fields)
  }
}
/** `xKubernetesListType`, `uID` and `Webhooks` on the wire are `x-kubernetes-list-type`, `uid` and `webhooks` in JSON. */
const plain = name => name.replace(/[^a-z0-9]/gi, '').toLowerCase()
const inJson = (field, known) => (known.includes(field) ? field : known.find(name => plain(name) === plain(field)))
/** All fields of a message stand among these. */
const within = (type, known) => messages.get(type)?.every(f => inJson(f.field, known) !== undefined || within(f.type, known)) ?? false
const lines = new Map()
const add = (name, known) => {
  if (known.length === 0 || lines.has(name)) return
  // A field that JSON does not have is a struct whose fields stand in JSON themselves.
  const parts = messages.get(name).flatMap(({ field, number, type }) => {
    const name = inJson(field, known)
    if (name !== undefined) return [`${number}${name}`]
    if (!within(type, known)) return []
    if (fieldsOf(type).length === 0) add(type, known)
    return [`${number}*${type}`]
  })
  lines.set(name, [name, ...parts].join(' '))
}
for (const name of messages.keys()) add(name, fieldsOf(name))
const table = [...lines.values()].sort()
writeFileSync(`${root}src/http/protobuf/field-numbers.gen.ts`, `/** Made by scripts/protobuf/make.mjs: a type a line, then number and name of each field; a star stands before a type whose fields belong to the outer one. */\nexport const FIELD_NUMBERS = \`\n${table.join('\n')}\n\`\n`)
console.log(`${table.length} types`)
