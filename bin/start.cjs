'use strict'
/** Starts the bundle where no snapshot fits, with V8's code cache beside it. Copied to dist/. */
const { spawn } = require('node:child_process')
const { readFileSync, renameSync, writeFileSync } = require('node:fs')
const Module = require('node:module')
const { join } = require('node:path')
const { Script } = require('node:vm')

const bundle = join(__dirname, 'kubottle.cjs')
const cache = join(__dirname, `kubottle.${process.version}.cache`)

let cachedData
try {
  cachedData = readFileSync(cache)
} catch {
  // The first start writes it.
}
const script = new Script(Module.wrap(readFileSync(bundle, 'utf8')), { filename: bundle, cachedData })
if (cachedData === undefined || script.cachedDataRejected) {
  // At the end the functions that were used are compiled and go into the cache too.
  process.once('exit', () => {
    try {
      const temporary = `${cache}.${process.pid}.tmp`
      writeFileSync(temporary, script.createCachedData())
      renameSync(temporary, cache)
      // Nobody made a snapshot for this Node (no installation scripts, or Node was changed): the next start shall have one.
      spawn(process.execPath, [join(__dirname, 'snapshot.cjs')], { detached: true, stdio: 'ignore', env: { ...process.env, NODE_OPTIONS: '' } }).unref()
    } catch {
      // A folder that may not be written: every start compiles.
    }
  })
}
const module_ = new Module(bundle)
module_.filename = bundle
module_.paths = Module._nodeModulePaths(__dirname)
script.runInThisContext()(module_.exports, Module.createRequire(bundle), module_, bundle, __dirname)
