#!/usr/bin/env node
// Writes src/controllers/pod-control/template-shape.gen.ts: how Go declares what a pod template is made of, which is what the
// real pod-template-hash is computed over.
//   node scripts/make-template-shape.mjs --facts DIR --go DIR
// --facts holds api-1.36.json (which fields 1.36 has), --go checkouts of k8s.io/{api,apimachinery} (names and order).
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const option = name => process.argv[process.argv.indexOf(name) + 1]
if (!process.argv.includes('--facts') || !process.argv.includes('--go')) {
  console.error('usage: make-template-shape.mjs --facts DIR --go DIR')
  process.exit(2)
}
const facts = JSON.parse(readFileSync(join(option('--facts'), 'api-1.36.json'), 'utf8')).types
const core = readFileSync(join(option('--go'), 'api/core/v1/types.go'), 'utf8')
const meta = readFileSync(join(option('--go'), 'apimachinery/pkg/apis/meta/v1/types.go'), 'utf8')

const struct = (text, name) => new RegExp(`^type ${name} struct \\{\\n([\\s\\S]*?)^\\}`, 'm').exec(text)?.[1]
const named = (text, name) => new RegExp(`^type ${name} ([^\\s{]+)\\s*(?://.*)?$`, 'm').exec(text)?.[1]
const lines = []
const done = new Set()

function visit(name, text, pkg) {
  const id = `${pkg}.${name}`
  if (done.has(id)) return
  done.add(id)
  const body = struct(text, name)
  if (body === undefined) {
    const under = named(text, name)
    if (under === undefined) throw new Error(`no Go type ${id}`)
    lines.push(`${id}=${under}`)
    for (const w of under.match(/[A-Z]\w+/g) ?? []) if (!under.includes(`.${w}`)) visit(w, text, pkg)
    return
  }
  const known = facts[`${pkg}.v1.${name}`]?.fields
  const fields = []
  const next = []
  for (const line of body.split('\n')) {
    const m = /^\s*(?:(\w+)\s+)?([\w.*[\]]+)\s+`(?:[^`]*\s)?json:"([^"]*)"/.exec(line)
    if (m === null) continue
    const [, goName, type, tag] = m
    const json = tag.split(',')[0]
    const embedded = json === '' || tag.includes('inline')
    if (!embedded && json !== 'metadata' && known !== undefined && known[json] === undefined) continue
    const field = goName ?? type.split('.').at(-1)
    fields.push(`${field}:${embedded ? '' : json}:${type}`)
    next.push(type)
  }
  lines.push(`${id};${fields.join(';')}`)
  for (const type of next) {
    const base = type.replace(/^[*[\]]+/, '').replace(/^map\[\w+\]/, '')
    if (/^(string|bool|int32|int64|uint8|byte)$/.test(base)) continue
    if (base.startsWith('metav1.')) visit(base.slice(7), meta, 'meta')
    else if (!base.includes('.')) visit(base, text, pkg)
  }
}
// Built in: Time, Quantity, IntOrString and FieldsV1 are printed by hand.
for (const name of ['Time', 'FieldsV1', 'MicroTime']) done.add(`meta.${name}`)
visit('PodTemplateSpec', core, 'core')
const text = `/** Written by scripts/make-template-shape.mjs: Go's declarations of a pod template's parts. \`package.Type;GoName:json:type;…\`, or \`package.Type=underlying\`. */
export const SHAPES = \`
${lines.join('\n')}
\`
`
writeFileSync(fileURLToPath(new URL('../src/controllers/pod-control/template-shape.gen.ts', import.meta.url)), text)
