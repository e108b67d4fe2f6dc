/** The Python client library, at pinned versions: installed beside the other caches when first asked for. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

const REQUIREMENTS = join(import.meta.dirname, 'python/requirements.txt')
const PATIENCE_MS = 240_000

/** Where Python finds it, or why it is not there. */
export function pythonLibrary(): { readonly path: string } | { readonly missing: string } {
  const wanted = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12)
  const path = join(import.meta.dirname, '../../node_modules/.cache', `python-kubernetes-${wanted}`)
  if (existsSync(path)) return { path }
  const version = spawnSync('python3', ['-c', 'import sys, pip; print(sys.version_info >= (3, 10))'], { encoding: 'utf8' })
  if (version.error !== undefined || version.status !== 0) return { missing: 'there is no python3 with pip' }
  if (version.stdout.trim() !== 'True') return { missing: 'python3 is older than 3.10' }
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}`
  const made = spawnSync('python3', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-warn-conflicts', '--no-deps', '--target', draft, '-r', REQUIREMENTS], { encoding: 'utf8', timeout: PATIENCE_MS })
  if (made.status !== 0) {
    rmSync(draft, { recursive: true, force: true })
    return { missing: `pip installs nothing: ${made.stderr.trim().split('\n').at(-1) ?? 'no answer'}` }
  }
  if (existsSync(path)) rmSync(draft, { recursive: true, force: true })
  else renameSync(draft, path)
  return { path }
}
