#!/usr/bin/env node
/**
 * Writes line-breaks.json: at which characters of which description there is a line break, by comparison with Go's comments.
 *
 *   node scripts/descriptions/make-line-breaks.mjs --go DIR
 *
 * --go DIR  holds checkouts of k8s.io/{api,apimachinery}: their types_swagger_doc_generated.go are read. Numbers alone are kept.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readTypes } from './read.mjs'

const at = process.argv.indexOf('--go')
if (at < 0) {
  console.error('usage: node scripts/descriptions/make-line-breaks.mjs --go DIR')
  process.exit(2)
}
const goDir = process.argv[at + 1]
const types = readTypes()
const breaks = {}

const files = dir => readdirSync(dir).flatMap(name => {
  const path = join(dir, name)
  return statSync(path).isDirectory() ? files(path) : name === 'types_swagger_doc_generated.go' ? [path] : []
})
for (const file of [...files(join(goDir, 'api')), ...files(join(goDir, 'apimachinery/pkg/apis/meta'))]) {
  const [group, version] = relative(goDir, file).replace('apimachinery/pkg/apis/', 'api/').split('/').slice(1)
  const versioned = version.replace(/^v/, 'V')
  const prefixed = `${group[0].toUpperCase()}${group.slice(1)}${versioned}`
  for (const [, struct, body] of readFileSync(file, 'utf8').matchAll(/^var map_(\w+) = map\[string\]string\{\n([\s\S]*?)^\}/gm)) {
    const known = [`${prefixed}${struct}`, `${versioned}${struct}`].find(n => types[n] !== undefined)
    if (known === undefined) continue
    for (const [, field, quoted] of body.matchAll(/^\t"([^"]*)":\s+("(?:[^"\\]|\\.)*"),$/gm)) {
      const text = JSON.parse(quoted)
      const printed = field === '' ? types[known][0] : types[known][1][field]
      if (printed === undefined || !text.includes('\n') || text.replace(/\n/g, ' ').trimEnd() !== printed.trimEnd()) continue
      breaks[field === '' ? known : `${known}.${field}`] = [...text.trimEnd()].flatMap((c, i) => (c === '\n' ? [i] : []))
    }
  }
}
const lines = Object.keys(breaks).sort().map(key => `  ${JSON.stringify(key)}: [${breaks[key].join(', ')}]`)
writeFileSync(fileURLToPath(new URL('line-breaks.json', import.meta.url)), `{\n${lines.join(',\n')}\n}\n`)
console.log(`${lines.length} descriptions with line breaks`)
