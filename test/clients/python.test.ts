/** The Python client library on a served cluster. */
import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pythonLibrary } from './python'
import { startServer, type TestServer } from './server'
import { until } from './until'

const library = pythonLibrary()
const STORY = join(import.meta.dirname, 'python/story.py')

interface Story {
  readonly child: ChildProcess
  readonly lines: Record<string, unknown>[]
  /** Fails with what it said when it ended badly. */
  readonly ended: Promise<void>
}

describe.skipIf('missing' in library)(`the Python client library${'missing' in library ? `: ${library.missing}` : ''}`, { timeout: 90_000 }, () => {
  let server: TestServer
  const running = new Set<ChildProcess>()
  beforeAll(async () => void (server = await startServer()), 60_000)
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL')
    await server?.remove()
  })

  function tell(...args: string[]): Story {
    const path = 'path' in library ? library.path : ''
    const child = spawn('python3', [STORY, ...args], { env: { PATH: process.env['PATH'], HOME: server.home, KUBECONFIG: server.kubeconfig, PYTHONPATH: path, PYTHONDONTWRITEBYTECODE: '' } })
    running.add(child)
    const lines: Record<string, unknown>[] = []
    let [rest, trouble] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n')
      rest = parts.pop() as string
      for (const line of parts) lines.push(line.startsWith('{') ? (JSON.parse(line) as Record<string, unknown>) : { said: line })
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => void (trouble += text))
    const ended = new Promise<void>((done, failed) => child.once('close', code => (running.delete(child), code === 0 ? done() : failed(new Error(`python: ${code}\n${trouble}`)))))
    ended.catch(() => {})
    return { child, lines, ended }
  }

  it('creates, lists in pages, is told of conflicts, deletes; applies on the server', async () => {
    const { lines, ended } = tell('objects')
    await ended
    expect(lines).toEqual([
      { names: ['py-0', 'py-1', 'py-2', 'py-3', 'py-4'], conflict: [409, 'Conflict'], left: 0 },
      { refused: 409, data: { a: '9', b: '2' }, managers: ['one', 'two'] },
    ])
  })

  it('runs a command, forwards a port, reads a log', async () => {
    const { lines, ended } = tell('streams')
    await ended
    expect(lines).toEqual([{ out: 'got hello\n', err: 'bad\n', code: 4, page: ['HTTP/1.1 200 OK', true], error: null }, { log: true }])
  })

  it('watches and informs, through a restart of the server', async () => {
    const { child, lines, ended } = tell('watch')
    const seen = (what: string): boolean => lines.some(l => l['seen'] === what)
    await until('the watch', () => lines.some(l => l['ready'] === true))
    const make = async (name: string): Promise<void> => {
      await server.ours('create', 'configmap', name)
      await server.ours('label', 'configmap', name, 'by=watch')
    }
    await make('first')
    await until('the first event', () => seen('ADDED first'))
    await server.stop()
    await server.ours('delete', 'configmap', 'first')
    await make('meanwhile')
    await server.start()
    await until('what happened meanwhile', () => seen('DELETED first') && seen('ADDED meanwhile'))
    await make('last')
    await until('the last event', () => seen('ADDED last'))
    child.stdin?.write('enough\n')
    await ended
    expect(lines.at(-1)).toMatchObject({ watched: ['ADDED first', 'DELETED first', 'ADDED meanwhile', 'ADDED last'], cached: ['last', 'meanwhile'] })
    expect((lines.at(-1) as { informed: string[] }).informed).toEqual(expect.arrayContaining(['ADDED first', 'ADDED last', 'ADDED meanwhile', 'DELETED first']))
  })

  it('elects leaders: one at a time, another one when the first has gone', async () => {
    const first = tell('elect', 'one')
    await until('one to lead', () => first.lines.some(l => l['leads'] === 'one'))
    const second = tell('elect', 'two')
    await until('two to have looked', async () => (await server.ours('get', 'configmap', 'py-election', '-o', 'yaml')).includes('one'))
    await server.ours('kubottle', 'clock', '+24h')
    await new Promise(done => setTimeout(done, 1_500))
    expect(second.lines).toEqual([])
    first.child.kill('SIGKILL')
    await until('two to lead', () => second.lines.some(l => l['leads'] === 'two'))
    second.child.kill('SIGKILL')
    expect(await server.ours('get', 'configmap', 'py-election', '-o', 'yaml')).toContain('"two"')
  })
})

it.skipIf(!('missing' in library))(`runs no Python: ${'missing' in library ? library.missing : ''}`, () => {
  expect(library).toHaveProperty('missing')
})
