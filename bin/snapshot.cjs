'use strict'
const early = new Set(process.moduleLoadList)
/** Makes the start-up snapshot beside the bundle, for the Node that runs this. Copied to dist/; run by the build and after an installation. */
const { spawnSync } = require('node:child_process')
const { existsSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')

/** For the GNU C library, others do not look: memory comes in large pages and is not given back. Read by the launchers. */
const TUNABLES = 'glibc.malloc.hugetlb=1:glibc.malloc.top_pad=12582912:glibc.malloc.mmap_threshold=16777216:glibc.malloc.trim_threshold=67108864'

const file = name => join(__dirname, name)
const temporary = `${file('kubottle.blob')}.${process.pid}.tmp`

/**
 * Node puts the compiled code of all its own modules into a snapshot, 2.4 MB that every start reads. Only those stay that commands need later: a
 * module without compiled code is compiled when somebody asks for it.
 */
const LATER = ['child_process', 'crypto', 'os', 'tty', 'zlib']
function lateModules() {
  for (const name of LATER) require(name)
  return new Set(process.moduleLoadList.filter(one => !early.has(one) && one.startsWith('NativeModule ')).map(one => one.slice('NativeModule '.length)).concat('process'))
}

/**
 * A snapshot without the compiled code of modules that nobody needs. The caches are the end of the file: their number, then for each the lengths and the bytes of its
 * name and of its code; the heap stands before them, behind a head of which three texts say Node's version, processor and system (src/node_snapshotable.cc of Node).
 * A file that is not like that comes back as it is.
 */
function withoutCaches(blob, kept) {
  const long = at => (at + 8 <= blob.length && blob.readUInt32LE(at + 4) === 0 ? blob.readUInt32LE(at) : Infinity)
  const entriesAt = start => {
    const entries = []
    let at = start + 8
    for (let left = long(start); left > 0; left--) {
      const nameEnd = at + 8 + long(at)
      const end = nameEnd + 8 + long(nameEnd)
      if (!(end <= blob.length)) return undefined
      const name = blob.toString('latin1', at + 8, nameEnd)
      if (!/^[\w/.-]+$/.test(name)) return undefined
      entries.push({ name, bytes: blob.subarray(at, end) })
      at = end
    }
    return at === blob.length ? entries : undefined
  }
  let head = 5
  for (const text of [process.version.slice(1), process.arch, process.platform]) {
    if (long(head) !== text.length || blob.toString('latin1', head + 8, head + 8 + text.length) !== text) return blob
    head += 8 + text.length
  }
  const afterHeap = head + 12 + blob.readUInt32LE(head + 8)
  for (let at = afterHeap; at + 8 < blob.length; at++) {
    const entries = long(at) > 10 && long(at) < 1_000 ? entriesAt(at) : undefined
    if (entries === undefined) continue
    const staying = entries.filter(({ name }) => kept.has(name))
    const count = Buffer.alloc(8)
    count.writeUInt32LE(staying.length)
    return Buffer.concat([blob.subarray(0, at), count, ...staying.map(({ bytes }) => bytes)])
  }
  return blob
}

function make() {
  if (process.platform === 'win32' || !existsSync(file('kubottle.cjs'))) return false
  // Warnings: Node has not verified every built-in module in snapshots; those that the CLI uses are tested.
  const { status, stderr } = spawnSync(process.execPath, ['--no-warnings', '--snapshot-blob', temporary, '--build-snapshot', file('kubottle.cjs')], { encoding: 'utf8', timeout: 60_000 })
  if (status !== 0) {
    if (process.env.KUBOTTLE_DEBUG) process.stderr.write(stderr ?? '')
    return false
  }
  writeFileSync(temporary, withoutCaches(readFileSync(temporary), lateModules()))
  // A launcher that sees launch.env must find the blob and the stamp of this very Node.
  rmSync(file('launch.env'), { force: true })
  renameSync(temporary, file('kubottle.blob'))
  const { mtime } = statSync(process.execPath)
  writeFileSync(file('node.stamp'), `${process.version} ${process.arch}\n`)
  utimesSync(file('node.stamp'), mtime, mtime)
  const launch = `${file('launch.env')}.${process.pid}.tmp`
  const quote = text => `'${text.replaceAll("'", "'\\''")}'`
  writeFileSync(launch, `node=${quote(process.execPath)}\nhome=${quote(__dirname)}\ntunables=${quote(TUNABLES)}\n`)
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
