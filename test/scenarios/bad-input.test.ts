/** Broken files, broken clusters and interruptions: one clear line, an exit code, and nothing lost. */
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import Driver from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deployment, Sandbox, STEADY, type Ended } from './programs.testing'

const base = new Sandbox()
const made: Sandbox[] = []

/** A copy of the cluster, to be spoilt. */
function copy(): Sandbox {
  const sandbox = base.fork()
  made.push(sandbox)
  return sandbox
}

function told(ended: Ended, line: string, code = 1): void {
  expect(ended.stderr).toBe(`${line}\n`)
  expect(ended.code).toBe(code)
}

beforeAll(async () => {
  expect((await base.kubottle(['init', '--config', base.write('cluster.yaml', STEADY)])).stderr).toBe('')
  expect((await base.kubectl(['create', 'configmap', 'kept', '--from-literal=a=1'])).stdout).toBe('configmap/kept created\n')
}, 60_000)
afterAll(() => {
  for (const sandbox of [base, ...made]) sandbox.remove()
})

describe('a file that is no usable cluster', () => {
  const spoilt: readonly (readonly [what: string, spoil: (path: string) => void, line: (path: string) => string])[] = [
    ['of another application', path => foreign(path), p => `error: ${p} is a SQLite database, but not a kubottle cluster`],
    ['no database at all', path => writeFileSync(path, 'a letter to my aunt\n'.repeat(300)), p => `error: ${p} is not a kubottle cluster, or is damaged: file is not a database`],
    ['empty', path => writeFileSync(path, ''), p => `error: ${p} is empty, not a kubottle cluster; remove it, and "kubottle init" makes one`],
    ['cut off in the first page', path => truncateSync(path, 3_000), p => `error: ${p} is not a kubottle cluster, or is damaged: database disk image is malformed`],
    ['half written', path => truncateSync(path, 60_000), p => `error: ${p} is not a kubottle cluster, or is damaged: database disk image is malformed`],
    ['overwritten in the middle', path => overwrite(path), p => `error: ${p} is not a kubottle cluster, or is damaged: database disk image is malformed`],
    ['of a newer kubottle', path => pragma(path, 'user_version = 99'), p => `error: ${p} was written by a newer kubottle (schema 99, this one knows 2)`],
  ]
  for (const [what, spoil, line] of spoilt)
    it(what, async () => {
      const sandbox = copy()
      spoil(sandbox.cluster)
      const before = readFileSync(sandbox.cluster)
      told(await sandbox.kubectl(['get', 'configmaps']), line(sandbox.cluster))
      told(await sandbox.kubectl(['create', 'configmap', 'x']), line(sandbox.cluster))
      expect(readFileSync(sandbox.cluster).equals(before)).toBe(true)
    })

  it('a directory', async () => {
    const sandbox = copy()
    rmSync(sandbox.cluster)
    mkdirSync(sandbox.cluster)
    told(await sandbox.kubectl(['get', 'pods']), `error: ${sandbox.cluster} cannot be opened: unable to open database file`)
  })
})

describe.concurrent('a file that cannot be written', () => {
  it('is locked by another program', async () => {
    const sandbox = copy()
    const other = new Driver(sandbox.cluster)
    other.exec('BEGIN IMMEDIATE')
    told(await sandbox.kubectl(['create', 'configmap', 'x']), `error: ${sandbox.cluster} is locked by another program`)
    other.exec('ROLLBACK')
    other.close()
    expect((await sandbox.kubectl(['create', 'configmap', 'x'])).stdout).toBe('configmap/x created\n')
  }, 40_000)

  it('is read-only: it can be looked at', async () => {
    const sandbox = copy()
    // The superuser may write everything; nobody else may.
    const nobody = process.getuid?.() === 0 ? 65_534 : undefined
    chmodSync(sandbox.cluster, 0o444)
    chmodSync(sandbox.dir, 0o755)
    chmodSync(sandbox.path('.kubottle'), 0o777)
    if (nobody !== undefined) chownSync(sandbox.cluster, 0, 0)
    const looked = await sandbox.kubectl(['get', 'configmap', 'kept', '-o', 'name'], {}, { uid: nobody })
    expect(looked.stdout).toBe('configmap/kept\n')
    expect(looked.code).toBe(0)
    told(await sandbox.kubectl(['create', 'configmap', 'x'], {}, { uid: nobody }), `error: ${sandbox.cluster} cannot be written: attempt to write a readonly database`)
  })

  it('is on a full disk: what was acknowledged stays, the rest happens when there is room', async () => {
    const sandbox = copy()
    const pages = pragma(sandbox.cluster, 'page_count') as number
    const full = { KUBOTTLE_FULL_AFTER_PAGES: String(pages + 4) }
    const refused = await sandbox.kubectl(['create', 'configmap', 'big', `--from-literal=a=${'x'.repeat(100_000)}`], full)
    told(refused, `error: no space left on the disk of ${sandbox.cluster}`)
    expect(refused.stdout).toBe('')
    const begun = await sandbox.kubectl(['create', 'deployment', 'web', '--image=nginx', '--replicas=30'], full)
    expect(begun.stdout).toBe('deployment.apps/web created\n')
    told(begun, `error: no space left on the disk of ${sandbox.cluster}`)
    expect((await sandbox.kubectl(['get', 'deployments,configmaps', '-o', 'name'], full)).stdout).toBe('deployment.apps/web\nconfigmap/kept\nconfigmap/kube-root-ca.crt\n')
    // With room again any command lets it go on.
    await sandbox.kubectl(['get', 'pods'])
    expect((await sandbox.kubectl(['get', 'deployment', 'web', '-o', 'jsonpath={.status.readyReplicas}'])).stdout).toBe('30')
  })

  it('may not grow (a limit of the system)', async () => {
    const sandbox = copy()
    const ended = await sandbox.shell(`ulimit -f 200; exec "$KUBECTL" create configmap big --from-literal=a=${'x'.repeat(100_000)}`)
    told(ended, `error: ${sandbox.cluster} cannot be read or written: disk I/O error`)
    expect((await sandbox.kubectl(['get', 'configmaps', '-o', 'name'])).stdout).toBe('configmap/kept\nconfigmap/kube-root-ca.crt\n')
  })
})

describe('a broken manifest', () => {
  const bomb = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]', ...Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(',')}]`), 'apiVersion: v1', 'kind: ConfigMap'].join('\n')
  const big = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: big}\ndata:\n${Array.from({ length: 10_000 }, (_, i) => `  k${i}: "${'x'.repeat(1000)}"\n`).join('')}`
  const cases: readonly (readonly [name: string, content: string | Buffer, stderr: string])[] = [
    ['broken.yaml', 'kind: ConfigMap\nmetadata:\n  name: a\n data: {}\n', 'error: error parsing broken.yaml: error converting YAML to JSON: yaml: line 3: did not find expected key'],
    ['broken.json', '{"apiVersion":"v1","kind":', 'error: error parsing broken.json: json: offset 26: unexpected end of JSON input'],
    ['empty.yaml', '', 'error: no objects passed to apply'],
    ['blank.yaml', '\n---\n# nothing\n---\n', 'error: no objects passed to apply'],
    ['binary.yaml', Buffer.from([0, 1, 2, 3, 255, 254]), 'error: error parsing binary.yaml: error converting YAML to JSON: yaml: control characters are not allowed'],
    ['deep.yaml', `a: ${'['.repeat(100_000)}`, 'error: error parsing deep.yaml: error converting YAML to JSON: yaml: exceeded max depth of 10000'],
    ['deep.json', `{"kind":"ConfigMap","apiVersion":"v1","data":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_001)}`, 'error: something in what was given is nested too deeply'],
    ['bomb.yaml', bomb, 'error: error parsing bomb.yaml: error converting YAML to JSON: yaml: document contains excessive aliasing'],
    ['ten-megabytes.yaml', big, 'The ConfigMap "big" is invalid: \n* metadata.annotations: Too long: may not be more than 262144 bytes\n* []: Too long: may not be more than 1048576 bytes'],
    ['name.yaml', `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${'z'.repeat(300)}}\n`, `The ConfigMap "${'z'.repeat(300)}" is invalid: metadata.name: Invalid value: "${'z'.repeat(300)}": must be no more than 253 characters`],
  ]
  for (const [name, content, stderr] of cases)
    it(name, async () => {
      const sandbox = copy()
      sandbox.write(name, content)
      const ended = await sandbox.kubectl(['apply', '-f', name])
      told(ended, stderr)
      expect(ended.stdout).toBe('')
      expect((await sandbox.kubectl(['get', 'configmaps', '-o', 'name'])).stdout).toBe('configmap/kept\nconfigmap/kube-root-ca.crt\n')
    })

  it('a directory with nothing to read, a file that is not there', async () => {
    const sandbox = copy()
    mkdirSync(sandbox.path('empty'))
    told(await sandbox.kubectl(['apply', '-f', 'empty']), 'error: error reading [empty]: recognized file extensions are [.json .yaml .yml]')
    told(await sandbox.kubectl(['apply', '-f', 'nowhere.yaml']), 'error: the path "nowhere.yaml" does not exist')
  })

  it('ten megabytes of small objects are applied', async () => {
    const sandbox = copy()
    sandbox.write('many.yaml', Array.from({ length: 1_000 }, (_, i) => `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c${i}}\ndata: {a: "${'x'.repeat(10_000)}"}\n`).join(''))
    const ended = await sandbox.kubectl(['create', '-f', 'many.yaml'])
    expect(ended.stderr).toBe('')
    expect(ended.stdout.split('\n').filter(l => l.endsWith(' created'))).toHaveLength(1_000)
  }, 60_000)

  it('random bytes and flags never show a stack', async () => {
    const sandbox = copy()
    // A fixed sequence: a failure can be repeated.
    let seed = 1
    const draw = (n: number): number => (seed = (seed * 48_271) % 2_147_483_647) % n
    const words = ['get', 'pods', '-o', '--bogus', '-f', '-', '', '--', '-A', 'apply', '\u0000', '=', '-o=', '--selector', '}{', '-n', 'é', '--timeout=x', 'a/b/c', '-l', '!', '--v=99999', 'delete', 'describe']
    for (let i = 0; i < 25; i++) {
      const bytes = Buffer.from(Array.from({ length: 200 }, () => draw(256)))
      sandbox.write('noise.yaml', draw(2) === 0 ? bytes : `apiVersion: v1\nkind: Pod\n${bytes.toString('latin1').replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '')}`)
      const args = draw(2) === 0 ? ['apply', '-f', 'noise.yaml'] : Array.from({ length: 1 + draw(4) }, () => words[draw(words.length)] as string).filter(w => !w.includes('\u0000'))
      const { code, signal, stderr } = await sandbox.kubectl(args)
      expect({ args, signal, stack: /^\s+at .*:\d+:\d+/m.test(stderr) || stderr.includes('kubottle bug') ? stderr : '' }).toEqual({ args, signal: null, stack: '' })
      expect([0, 1]).toContain(code)
    }
  }, 60_000)
})

describe('a process that is to end', () => {
  it('Ctrl-C while the cluster is at work: what was acknowledged goes on with the next command', async () => {
    const sandbox = new Sandbox()
    made.push(sandbox)
    await sandbox.kubottle(['init', '--config', sandbox.write('cluster.yaml', 'nodes: 12\nlifecycle: real\n')])
    // On a busy machine the signal may come when all is done: then there has to be more to do.
    const interrupted = async (name: string, replicas: number) => ({ name, replicas, ...(await sandbox.kubectl(['create', 'deployment', name, '--image=nginx', `--replicas=${replicas}`], {}, { interruptAfter: 'created' })) })
    let ended = await interrupted('web', 150)
    for (let i = 2; ended.code === 0 && i < 5; i++) ended = await interrupted(`web-${i}`, 150 * i)
    expect(ended.stdout).toBe(`deployment.apps/${ended.name} created\n`)
    expect(['', 'kubottle: interrupted while the cluster was at work; the next command lets it go on\n']).toContain(ended.stderr)
    expect(ended.signal).toBe(null)
    expect(ended.code).toBe(130)
    await sandbox.kubectl(['get', 'pods'])
    expect((await sandbox.kubectl(['get', 'deployment', ended.name, '-o', 'jsonpath={.status.readyReplicas}'])).stdout).toBe(String(ended.replicas))
  }, 60_000)

  it('nobody reads what it writes', async () => {
    const sandbox = copy()
    sandbox.write('many.yaml', Array.from({ length: 30 }, (_, i) => deployment(`d${i}`, 'nginx', 1)).join('---\n'))
    const ended = await sandbox.shell('"$KUBECTL" apply -f many.yaml | true; "$KUBECTL" get deployments -A -o yaml | head -c 10')
    expect(ended.stderr).toBe('')
    expect(ended.stdout).toBe('apiVersion')
    expect((await sandbox.kubectl(['apply', '-f', 'many.yaml'])).code).toBe(0)
    expect((await sandbox.kubectl(['get', 'deployments', '-o', 'name'])).stdout.split('\n').filter(l => l !== '')).toHaveLength(30)
  }, 30_000)
})

function foreign(path: string): void {
  rmSync(path)
  const db = new Driver(path)
  db.exec('CREATE TABLE songs (title TEXT)')
  db.pragma('user_version = 1')
  db.close()
}

function pragma(path: string, text: string): unknown {
  const db = new Driver(path)
  const value = db.pragma(text, { simple: true })
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
  for (const suffix of ['-wal', '-shm']) if (existsSync(path + suffix)) rmSync(path + suffix)
  return value
}

function overwrite(path: string): void {
  const bytes = readFileSync(path)
  bytes.fill('garbage', 8_192, 40_000)
  writeFileSync(path, bytes)
}
