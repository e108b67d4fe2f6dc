'use strict'
/** Makes the start-up snapshot beside the bundle, for the Node that runs this. Copied to dist/; run by the build and after an installation. */
const { spawnSync } = require('node:child_process')
const { existsSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')

const file = name => join(__dirname, name)
const temporary = `${file('kubottle.blob')}.${process.pid}.tmp`

function make() {
  if (process.platform === 'win32' || !existsSync(file('kubottle.cjs'))) return false
  // Warnings: Node has not verified every built-in module in snapshots; those that the CLI uses are tested.
  const { status, stderr } = spawnSync(process.execPath, ['--no-warnings', '--snapshot-blob', temporary, '--build-snapshot', file('kubottle.cjs')], { encoding: 'utf8', timeout: 60_000 })
  if (status !== 0) {
    if (process.env.KUBOTTLE_DEBUG) process.stderr.write(stderr ?? '')
    return false
  }
  // A launcher that sees launch.env must find the blob and the stamp of this very Node.
  rmSync(file('launch.env'), { force: true })
  renameSync(temporary, file('kubottle.blob'))
  const { mtime } = statSync(process.execPath)
  writeFileSync(file('node.stamp'), `${process.version} ${process.arch}\n`)
  utimesSync(file('node.stamp'), mtime, mtime)
  const launch = `${file('launch.env')}.${process.pid}.tmp`
  const quote = text => `'${text.replaceAll("'", "'\\''")}'`
  writeFileSync(launch, `node=${quote(process.execPath)}\nhome=${quote(__dirname)}\n`)
  renameSync(launch, file('launch.env'))
  return true
}

let made = false
try {
  made = make()
} catch (error) {
  // A folder that may not be written: the CLI starts from the bundle, a little slower.
  if (process.env.KUBOTTLE_DEBUG) console.error(error)
}
rmSync(temporary, { force: true })
process.exitCode = made ? 0 : 1
