/** Reads struct and named-type declarations out of a Go package: field order, JSON names, pointers, omitempty, string enums. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @param {string} dir the folder of the package
 * @returns {{structs: Map<string, {json: string, type: string, omitempty: boolean, omitzero?: boolean, preset?: string, embedded: boolean}[]>,
 *   named: Map<string, {type: string, enum: string[]}>, imports: Record<string, string>}}
 */
export function readGoPackage(dir) {
  const structs = new Map(), named = new Map(), imports = {}, constants = new Map()
  for (const file of readdirSync(dir).filter(f => f.endsWith('.go') && !/_test\.go$|^zz_generated|generated\./.test(f))) {
    const text = readFileSync(join(dir, file), 'utf8')
    for (const [, alias, path] of text.matchAll(/^\s+(\w+ )?"(k8s\.io\/[^"]+)"$/gm)) imports[(alias ?? '').trim() || path.split('/').at(-1)] = path
    for (const [, name, body] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) structs.set(name, fieldsOf(body))
    for (const [, doc, name, type] of text.matchAll(/((?:^\/\/.*\n)*)^type (\w+) ((?:\[\]|map\[[\w.]+\])*\*?[\w.]+)(?: \/\/.*)?$/gm)) {
      if (type !== 'struct' && type !== 'interface' && !/^\w+\.\w+$/.test(type)) named.set(name, { type, enum: [], enumerated: /^\/\/ \+enum\s*$/m.test(doc) })
    }
    for (const [, type, value] of text.matchAll(/^\s*(?:const )?\w+\s+(\w+)\s*=\s*"([^"]*)"/gm)) {
      if (!constants.has(type)) constants.set(type, [])
      constants.get(type).push(value)
    }
  }
  for (const [name, type] of named) if (type.enumerated) type.enum = [...new Set(constants.get(name) ?? [])].sort()
  return { structs, named, imports }
}

function fieldsOf(body) {
  const fields = []
  let preset
  for (const line of body.split('\n')) {
    preset = /^\s*\/\/\s*\+default=(\S+)\s*$/.exec(line)?.[1] ?? preset
    const code = line.replace(/^\s*\/\/.*/, '').trim()
    if (code === '') continue
    const tag = /`(?:[^`]*\s)?json:"([^"]*)"[^`]*`/.exec(code)?.[1]
    const words = code.replace(/`.*/, '').replace(/\/\/.*/, '').trim().split(/\s+/)
    const literal = preset
    preset = undefined
    if (tag === '-') continue
    const [json, ...flags] = (tag ?? '').split(',')
    const count = fields.length
    if (words.length === 1) fields.push({ json: '', type: words[0], omitempty: false, embedded: json === '' })
    else if (json === '' && flags.includes('inline')) fields.push({ json: '', type: words[1], omitempty: false, embedded: true })
    else if (/^[A-Z]/.test(words[0])) fields.push({ json: json === '' ? words[0] : json, type: words.slice(1).join(''), omitempty: flags.includes('omitempty'), embedded: false })
    const last = fields.at(-1)
    if (fields.length > count) Object.assign(fields.at(-1), { omitzero: flags.includes('omitzero'), preset: literal })
    if (words.length === 1 && json !== '' && last !== undefined) Object.assign(last, { json, embedded: false, omitempty: flags.includes('omitempty') })
  }
  return fields
}
