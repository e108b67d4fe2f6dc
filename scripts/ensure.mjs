/** Installs and builds what is missing, each step with a line of progress, so that any script works as the first command in a fresh clone. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../', import.meta.url))
const STAMP = `${root}node_modules/.kubottle-installed`

/** Runs a command on this terminal; a failing one ends the process with its exit code. */
export function run(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options })
  if (error !== undefined) throw error
  if (status !== 0) process.exit(status ?? (signal === null ? 1 : 128))
}

/** The tools of node_modules, without npx: it costs half a second. */
export const tool = (name, args, options) => run(process.execPath, [`${root}node_modules/${name}`, ...args], options)

export function ensureInstalled() {
  const lock = readFileSync(`${root}package-lock.json`, 'utf8')
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lock) return
  if (existsSync(`${root}node_modules/better-sqlite3/build/Release/better_sqlite3.node`) && !existsSync(STAMP)) {
    writeFileSync(STAMP, lock)
    return
  }
  console.error('Installing dependencies (once; the SQLite driver may be compiled, which takes about a minute) …')
  // Not `npm ci`: it refuses a lock file that lacks optional packages for other platforms, which some registries do not carry.
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], { stdio: ['ignore', 2, 2] })
  writeFileSync(STAMP, lock)
}

export function ensureBuilt() {
  const built = statSync(`${root}dist/kubottle.cjs`, { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (built > newest(['src', 'commands', 'bin', 'scripts/build.mjs', 'package.json'])) return
  console.error('Building …')
  run(process.execPath, [`${root}scripts/build.mjs`], { stdio: ['ignore', 2, 2] })
}

function newest(paths) {
  let latest = 0
  for (const path of paths) {
    const stat = statSync(root + path)
    if (stat.isDirectory()) latest = Math.max(latest, newest(readdirSync(root + path).filter(n => !n.endsWith('.test.ts')).map(n => `${path}/${n}`)))
    else latest = Math.max(latest, stat.mtimeMs)
  }
  return latest
}
