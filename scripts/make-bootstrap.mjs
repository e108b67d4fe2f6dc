#!/usr/bin/env node
// Writes src/apiserver/bootstrap/objects.gen.ts from a list of the objects that a fresh cluster has.
//   node scripts/make-bootstrap.mjs FACTS_FOLDER [--check]
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [folder, check] = process.argv.slice(2)
if (folder === undefined) {
  console.error('usage: make-bootstrap.mjs FACTS_FOLDER [--check]')
  process.exit(2)
}
const target = fileURLToPath(new URL('../src/apiserver/bootstrap/objects.gen.ts', import.meta.url))
const source = JSON.parse(readFileSync(join(folder, 'bootstrap-1.36.json'), 'utf8'))

/** Certificates are each cluster's own: the root CA controller and serve make these. */
const MADE_ELSEWHERE = new Set(['ConfigMap'])
const ORDER = ['Namespace', 'PriorityClass', 'ServiceCIDR', 'IPAddress', 'Service', 'EndpointSlice', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding', 'PriorityLevelConfiguration', 'FlowSchema']

const objects = source
  .filter(o => !MADE_ELSEWHERE.has(o.kind))
  .map(o => {
    const { creationTimestamp: _, uid: __, resourceVersion: ___, managedFields: ____, ...metadata } = o.metadata
    return { ...o, metadata }
  })
  .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.metadata.namespace ?? '').localeCompare(b.metadata.namespace ?? '') || (a.metadata.name < b.metadata.name ? -1 : 1))
const lines = objects.map(o => JSON.stringify(o).replace(/\\/g, '\\\\').replace(/`/g, '\\`').replace(/\$\{/g, '\\${'))
const text = `/** Written by scripts/make-bootstrap.mjs: what a fresh cluster holds, an object a line. */
export const OBJECTS = \`
${lines.join('\n')}
\`
`
if (check === '--check') {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('src/apiserver/bootstrap/objects.gen.ts is not what its facts say: run scripts/make-bootstrap.mjs')
    process.exit(1)
  }
} else writeFileSync(target, text)
