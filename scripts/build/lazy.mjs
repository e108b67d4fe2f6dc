/** Builds the bundle in parts: the main one for the snapshot, and those that are read when their first function is called. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { build, transform } from 'esbuild'

const DECLARED = /^export (?!type |interface |declare )(?:async )?([\w*{]+) ?([\w$]*)(?:: [^=]+)?(?: = (.*))?/gm
const LITERAL = /^(?:'[^'\\]*'|-?[\d_.]+|true|false)$/
const ARROW = /^(?:async )?(?:<|\(.*(?:=>|\($|,$)|\w+ =>|\($)/

/** The functions, classes and literals that a module exports, and whether it exports anything else: a value cannot wait to be read. What is called validate… is a function. */
function exportsOf(text) {
  const names = { functions: [], classes: [], literals: [], others: [] }
  for (const [, what, name, value = ''] of text.matchAll(DECLARED)) {
    if (what.startsWith('function') || (what === 'const' && (ARROW.test(value) || /^validate[A-Z]/.test(name)))) names.functions.push(name)
    else if (what === 'class') names.classes.push(name)
    else if (what === 'const' && LITERAL.test(value)) names.literals.push(`${name} = ${value}`)
    else names.others.push(`${what} ${name}`)
  }
  return names
}

/**
 * Stands for a module in the main bundle. Whoever calls, constructs or asks `instanceof` of what it exports makes the part load; so would a
 * class that extends one, as soon as its module loads.
 */
function standIn(part, id, text) {
  const { functions, classes, literals } = exportsOf(text)
  const source = name => `load('${part}', '${name}').${id}`
  return [
    `import { load, later } from 'lazy:loader'`,
    ...literals.map(text => `export const ${text}`),
    ...functions.map(name => `export const ${name} = /* @__PURE__ */ later('${part}', '${id}', '${name}')`),
    ...classes.map(name => lateClass(name, source(name))),
  ].join('\n')
}

/** A class that is looked for in what the expression `source` gives when somebody constructs it or looks at it. */
const lateClass = (name, source) => `export const ${name} = /* @__PURE__ */ new Proxy(/* @__PURE__ */ function () {}, { construct: (_, args) => new (${source}.${name})(...args), get: (_, key) => ${source}.${name}[key] })`

/** Modules of Node that few commands need: in the snapshot they would cost each start a millisecond and a half. Who calls, constructs or looks at what they export makes them load. */
const LATE = ['child_process', 'crypto', 'os']
function lateModule(name, root) {
  const exported = new Set(sourcesOf(root).flatMap(file => [...readFileSync(file, 'utf8').matchAll(new RegExp(`^import \\{ (.*?) \\} from 'node:${name}'$`, 'gm'))].flatMap(([, names]) => names.split(', '))).filter(one => !one.startsWith('type ')))
  return [
    // chalk imports all of it.
    `export default new Proxy({}, { get: (_, key) => load()[key] })`,
    `let module\nconst load = () => (module ??= process.getBuiltinModule('node:${name}'))`,
    ...[...exported].map(one => /^[A-Z]/.test(one)
      ? lateClass(one, 'load()')
      : `export function ${one}(...args) { return load().${one}(...args) }`),
  ].join('\n')
}

const matcher = pattern => new RegExp(`^${pattern.replace(/[.]/g, '\\.').replace(/\*\*\//g, '<any>').replace(/\*/g, '[^/]*').replace(/<any>/g, '(?:.*/)?')}$`)

/** The files under the root that a part's patterns mean (`*` within a folder, `**` across folders, `!` for those that do not wait), with their texts. */
function filesOf(root, patterns) {
  const files = patterns.filter(pattern => !pattern.startsWith('!')).flatMap(pattern => {
    const top = pattern.replace(/[^/]*\*.*$/, '')
    const all = pattern.includes('*') ? readdirSync(resolve(root, top), { recursive: true }).map(file => top + file) : [pattern]
    const found = all.filter(file => matcher(pattern).test(file) && !/\.(test|testing)\.ts$/.test(file)).sort()
    if (found.length === 0) throw new Error(`nothing matches ${pattern}`)
    return found
  })
  const stay = patterns.filter(pattern => pattern.startsWith('!')).map(pattern => matcher(pattern.slice(1)))
  return new Map([...new Set(files)].filter(file => !stay.some(m => m.test(file))).map(file => [resolve(root, file), readFileSync(resolve(root, file), 'utf8')]))
}

const IMPORT = /^(?:import|export) (?!type )(?:\{ (.*?) \}|\* as \w+) from '(\..*?)'$/gm

const sourcesOf = root => ['src', 'bin', 'commands'].flatMap(top => readdirSync(resolve(root, top), { recursive: true }).map(file => resolve(root, top, file))).filter(file => /\.ts$/.test(file) && !/\.(test|testing)\.ts$/.test(file))

/** Who imports which names of which module: `[importer, module, name]`, `*` for all; types do not count. */
function importsOf(root) {
  const sources = sourcesOf(root)
  const known = new Set(sources)
  return sources.flatMap(importer => [...readFileSync(importer, 'utf8').matchAll(IMPORT)].flatMap(([, names, path]) => {
    const base = resolve(dirname(importer), path)
    const module = known.has(`${base}.ts`) ? `${base}.ts` : `${base}/index.ts`
    return names === undefined ? [[importer, module, '*']] : names.split(', ').filter(name => !name.startsWith('type ')).map(name => [importer, module, name.split(' as ')[0]])
  }))
}

/** The modules of a part that can wait: of which nobody outside it imports a value, for a value cannot wait to be read. */
function modulesOf(files, imports) {
  const waiting = new Map([...files].map(([file, text]) => [file, { text, ...exportsOf(text) }]).filter(([, { functions, classes, others }]) => functions.length + classes.length + others.length > 0))
  const isValue = ({ others }, name) => name === '*' ? others.length > 0 : others.some(other => other.endsWith(` ${name}`) || !/^const /.test(other))
  for (let before = -1; before !== waiting.size; ) {
    before = waiting.size
    for (const [importer, module, name] of imports) {
      const one = waiting.get(module)
      if (one === undefined || waiting.has(importer) || !isValue(one, name)) continue
      if (process.argv.includes('--parts')) console.log(module, name, importer)
      waiting.delete(module)
    }
  }
  return new Map([...waiting].map(([file, { text }], i) => [file, { id: `m${i}`, text }]))
}

/** Parts share what the main bundle has: each of its chunks by its name. `__dirname` is dist/, also inside the snapshot. */
const LOADER = `
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setFlagsFromString, startupSnapshot } from 'node:v8'
import { Script } from 'node:vm'
const shared = (globalThis[Symbol.for('kubottle.parts')] ??= new Map())
const HURRY = Symbol.for('kubottle.hurry')
const packages = createRequire(join(__dirname, 'kubottle.cjs'))
function read(name, wanted = '') {
  const known = shared.get(name)
  if (known !== undefined) return known
  if (startupSnapshot.isBuildingSnapshot()) throw new Error(wanted + ' of the part ' + name + ' is called before the snapshot is taken')
  // What bin/main.ts turned off. V8 uses a code cache under the same flags alone.
  if (globalThis[HURRY]) setFlagsFromString('--sparkplug')
  globalThis[HURRY] = false
  const file = join(__dirname, 'parts', name + '.cjs')
  const text = '(function (exports, require, module, __filename, __dirname) {' + readFileSync(file, 'utf8') + '\\n})'
  const cache = join(__dirname, 'parts', name + '.' + process.version + '.cache')
  let cachedData
  try {
    cachedData = readFileSync(cache)
  } catch {
    // The first process that reads this part writes it.
  }
  const module = { exports: {} }
  shared.set(name, module.exports)
  const script = new Script(text, { filename: file, cachedData })
  if (cachedData === undefined || script.cachedDataRejected) {
    if (uncached.length === 0) process.once('exit', () => uncached.forEach(keep))
    uncached.push({ script, cache })
  }
  script.runInThisContext()(module.exports, path => (path.startsWith('./') ? read(path.slice(2, -3)) : packages(path)), module, file, __dirname)
  shared.set(name, module.exports)
  return module.exports
}
/** At the end of a process the functions that it used are compiled and go into the cache too. */
const uncached = []
function keep({ script, cache }) {
  try {
    const temporary = cache + '.' + process.pid + '.tmp'
    writeFileSync(temporary, script.createCachedData())
    renameSync(temporary, cache)
  } catch {
    // A folder that may not be written: every start compiles.
  }
}
/** One code for all functions that wait: each of its own would be five objects in the snapshot, this makes two. */
const later = (part, id, name) => {
  let found
  return (...args) => (found ??= read(part, name)[id][name])(...args)
}
export { read as load, later }
`

/**
 * parts: { name: [patterns of modules, relative to the root] }; a module of which others import a value stays in the main bundle. Writes `kubottle.cjs`
 * and `parts/*.cjs` to dist; returns esbuild's metafile of the first pass.
 */
export async function buildInParts({ root, dist, entry, parts, plugins, ...options }) {
  const allImports = importsOf(root)
  const modules = new Map(Object.entries(parts).map(([part, patterns]) => [part, modulesOf(filesOf(root, patterns), allImports)]))
  const partOf = new Map([...modules].flatMap(([part, files]) => [...files].map(([file, { id, text }]) => [file, { part, id, text }])))
  const lazy = {
    name: 'lazy',
    setup(b) {
      b.onResolve({ filter: /^lazy:/ }, ({ path }) => (path === 'lazy:loader' ? { path, namespace: 'lazy-loader' } : { path: path.slice(5), namespace: 'lazy-part' }))
      b.onLoad({ filter: /.*/, namespace: 'lazy-loader' }, () => ({ contents: LOADER, resolveDir: root }))
      b.onLoad({ filter: /.*/, namespace: 'lazy-part' }, ({ path }) => ({ contents: [...modules.get(path)].map(([file, { id }]) => `export * as ${id} from ${JSON.stringify(file)}`).join('\n'), resolveDir: root }))
      b.onResolve({ filter: new RegExp(`^node:(?:${LATE.join('|')})$`) }, ({ path }) => ({ path: path.slice(5), namespace: 'late-module' }))
      b.onLoad({ filter: /.*/, namespace: 'late-module' }, ({ path }) => ({ contents: lateModule(path, root), resolveDir: root }))
      b.onResolve({ filter: /^\.|^@/ }, async ({ path, importer, namespace, kind, resolveDir, pluginData }) => {
        if (pluginData === 'resolved' || namespace === 'lazy-part') return undefined
        const found = await b.resolve(path, { importer, namespace, kind, resolveDir, pluginData: 'resolved' })
        // The modules of a part know each other.
        return partOf.has(found.path) && partOf.get(importer)?.part !== partOf.get(found.path).part ? { path: found.path, namespace: 'lazy-stand-in' } : undefined
      })
      b.onLoad({ filter: /.*/, namespace: 'lazy-stand-in' }, ({ path }) => {
        const { part, id, text } = partOf.get(path)
        return { contents: standIn(part, id, text), resolveDir: root }
      })
    },
  }
  const outdir = `${dist}esm/`
  const { metafile, outputFiles } = await build({
    ...options,
    entryPoints: [{ in: resolve(root, entry), out: 'main' }, ...Object.keys(parts).map(part => ({ in: `lazy:${part}`, out: part }))],
    outdir,
    format: 'esm',
    bundle: true,
    splitting: true,
    chunkNames: 'chunk-[hash]',
    write: false,
    plugins: [lazy, ...plugins],
    metafile: true,
  })
  const texts = new Map(outputFiles.map(({ path, text }) => [basename(path), text]))
  const imports = name => [...(texts.get(name) ?? '').matchAll(/(?:from|import) ?"\.\/([^"]+)"/g)].map(([, file]) => file)
  const inMain = new Set(['main.js'])
  for (const name of inMain) for (const file of imports(name)) inMain.add(file)

  const chunks = [...inMain].filter(name => name !== 'main.js')
  const memory = {
    name: 'memory',
    setup(b) {
      b.onResolve({ filter: /^\.\// }, ({ path }) => ({ path: path.slice(2), namespace: 'memory' }))
      b.onLoad({ filter: /.*/, namespace: 'memory' }, ({ path }) => ({ contents: path === 'shared.js' ? sharedModule(chunks) : texts.get(path), resolveDir: root }))
    },
  }
  await build({ ...options, stdin: { contents: `import './shared.js'\nimport './main.js'`, resolveDir: root }, outfile: `${dist}kubottle.cjs`, format: 'cjs', bundle: true, minifyIdentifiers: !process.argv.includes('--names'), plugins: [memory] })
  mkdirSync(`${dist}parts`)
  for (const [name, text] of texts) {
    if (inMain.has(name)) continue
    const { code } = await transform(text, { ...options, format: 'cjs' })
    writeFileSync(`${dist}parts/${name.slice(0, -3)}.cjs`, code)
  }
  return metafile
}

const sharedModule = chunks => [
  ...chunks.map((name, i) => `import * as c${i} from './${name}'`),
  "const shared = (globalThis[Symbol.for('kubottle.parts')] ??= new Map())",
  ...chunks.map((name, i) => `shared.set('${name.slice(0, -3)}', c${i})`),
].join('\n')
