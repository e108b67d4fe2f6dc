/** The packed CLI installs into an empty prefix and works there. The SQLite driver is handed over as it was built here: compiling it anew takes a minute and tests nothing of ours. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** With the compiled code of all of Node's modules it would have 2 MB more. */
const MAX_SNAPSHOT_BYTES = 4_000_000
const MAX_INSTALLED_BYTES = 15e6
let place: string

const npm = (args: string[], cwd: string): string => execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error', '--offline'], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
const pack = (folder: string): string => join(place, npm(['pack', folder, '--ignore-scripts', '--pack-destination', place], place).trim().split('\n').at(-1) as string)

/** The driver with its binary and what it loads, as a package that needs no compiler. */
function builtDriver(): string {
  const stage = join(place, 'driver')
  const modules = join(root, 'node_modules')
  const from = join(modules, 'better-sqlite3')
  mkdirSync(join(stage, 'build/Release'), { recursive: true })
  mkdirSync(join(stage, 'node_modules'))
  cpSync(join(from, 'lib'), join(stage, 'lib'), { recursive: true })
  cpSync(join(from, 'build/Release/better_sqlite3.node'), join(stage, 'build/Release/better_sqlite3.node'))
  for (const name of ['bindings', 'file-uri-to-path']) cpSync(join(modules, name), join(stage, 'node_modules', name), { recursive: true })
  const { version } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as { version: string }
  writeFileSync(join(stage, 'package.json'), JSON.stringify({ name: 'better-sqlite3', version, main: 'lib/index.js', dependencies: { bindings: '*', 'file-uri-to-path': '*' }, bundleDependencies: ['bindings', 'file-uri-to-path'] }))
  return pack(stage)
}

const bytesOf = (path: string): number => (statSync(path).isDirectory() ? readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0) : statSync(path).size)

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'kubottle-pack-'))
  mkdirSync(join(place, 'prefix'))
  npm(['install', '--prefix', join(place, 'prefix'), pack(root), builtDriver()], place)
}, 120_000)
afterAll(() => rmSync(place, { recursive: true, force: true }))

describe('the packed CLI', () => {
  const run = (program: string, args: string[], env: Record<string, string> = {}): string =>
    execFileSync(join(place, 'prefix/node_modules/.bin', program), args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], cwd: place, env: { PATH: process.env['PATH'], HOME: place, ...env } })

  it('gives the programs that it runs the environment as it was', () => {
    const plugin = join(place, 'kubectl-certificates')
    writeFileSync(plugin, '#!/bin/sh\nprintf "%s|%s|%s" "$NODE_EXTRA_CA_CERTS" "${KUBOTTLE_EXTRA_CA_CERTS-none}" "${GLIBC_TUNABLES-none}"\n', { mode: 0o755 })
    expect(run('kubectl', ['certificates'], { PATH: `${place}:${process.env['PATH']}`, NODE_EXTRA_CA_CERTS: '/nowhere/ca.pem' })).toBe('/nowhere/ca.pem|none|none')
    expect(run('kubectl', ['certificates'], { PATH: `${place}:${process.env['PATH']}` })).toBe('|none|none')
    expect(run('kubectl', ['certificates'], { PATH: `${place}:${process.env['PATH']}`, GLIBC_TUNABLES: 'glibc.malloc.perturb=0' })).toBe('|none|glibc.malloc.perturb=0')
  })

  it('has one dependency and is small', () => {
    const installed = join(place, 'prefix/node_modules/kubottle')
    expect(Object.keys((JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { dependencies: object }).dependencies)).toEqual(['better-sqlite3'])
    expect(bytesOf(installed)).toBeLessThan(MAX_INSTALLED_BYTES)
    expect(readdirSync(join(place, 'prefix/node_modules')).filter(n => !n.startsWith('.')).sort()).toEqual(['better-sqlite3', 'kubottle'])
  })

  it('made its snapshot when it was installed, without the compiled code of what nobody needs', () => {
    const dist = join(place, 'prefix/node_modules/kubottle/dist')
    expect(existsSync(join(dist, 'launch.env'))).toBe(true)
    expect(statSync(join(dist, 'kubottle.blob')).size).toBeLessThan(MAX_SNAPSHOT_BYTES)
  })

  it('makes a cluster and answers, from the snapshot and without it', () => {
    expect(run('kubottle', ['init'])).toContain(join(place, '.kubottle/default.db'))
    const context = run('kubectl', ['config', 'current-context'])
    expect(context).toMatch(/^\S+\n$/)
    expect(run('kubectl', ['config', 'current-context'], { NODE_OPTIONS: '--no-warnings' })).toBe(context)
  })

  it('answers the commonest questions from the bundle alone, and the others from its parts', () => {
    run('kubectl', ['create', 'configmap', 'x'])
    const parts = join(place, 'prefix/node_modules/kubottle/dist/parts')
    renameSync(parts, `${parts}.away`)
    try {
      expect(run('kubectl', ['get', 'configmaps', '-o', 'name'])).toContain('configmap/x\n')
      expect(run('kubectl', ['get', 'services', '-A', '-o', 'wide', '--no-headers'])).toContain('kubernetes')
      expect(run('kubectl', ['--help'], { PATH: `${process.env['PATH']}:/nonexistent` })).toContain('Usage:')
      expect(run('kubectl', ['__complete', 'get', 'configm'])).toContain('configmaps')
      expect(() => run('kubectl', ['describe', 'node', 'worker-1'])).toThrow('parts')
    } finally {
      renameSync(`${parts}.away`, parts)
    }
    expect(run('kubectl', ['label', '--help'])).toContain('Examples:\n  # Add a label\n  kubectl label pods web-0 tier=front\n')
    expect(run('kubectl', ['describe', 'node', 'worker-1'])).toContain('Name:               worker-1')
  })
})
