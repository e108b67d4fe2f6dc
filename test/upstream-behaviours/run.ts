/** Runs an area with one program against a cluster of its own, and tells what came of each line, without what differs from run to run. */
import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { access } from '../../bin/access'
import { main } from '../../commands/main'
import { yamlText } from '../../src/base/yaml/writer'
import { memoryStreams } from '../../src/cli/streams.testing'
import type { Endpoint } from '../conformance/endpoint'
import type { Ran } from '../conformance/programs'
import type { Area, Step } from './area'
import { stepsOf } from './area'

type Command = Extract<Step, { words: readonly string[] }>
/** A program: the real kubectl at a path, or ours. */
export type Program = 'ours' | { readonly path: string }

/** One text a line of the area. */
export async function ran(area: Area, program: Program, { home, url }: Endpoint): Promise<string[]> {
  const folder = join(home, area.name)
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(area.files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
    if (text.startsWith('#!')) chmodSync(join(folder, name), 0o755)
  }
  const config = join(folder, '.config')
  writeFileSync(config, JSON.stringify({ ...JSON.parse(readFileSync(join(home, 'config'), 'utf8')), contexts: [{ name: 'c', context: { cluster: 'c', user: 'u', namespace: area.name } }] }))
  const masked = (text: string): string => mask(text.replaceAll(folder, 'FOLDER').replaceAll(url.replace('http://', ''), 'SERVER').replaceAll(home, 'HOME'))
  const run = async (step: Command, by: Program): Promise<Ran> => {
    const env = { HOME: home, KUBECONFIG: config, PATH: `${folder}:/usr/bin:/bin`, NO_COLOR: '1', KUBERC: '', EDITOR: 'true', ...step.env }
    const input = step.input === undefined ? '' : readFileSync(join(folder, step.input), 'utf8')
    return by === 'ours' ? byOurs(step.words, folder, env, input) : byReal(by.path, step.words, folder, env, input)
  }
  await run({ line: '', words: ['create', 'namespace', area.name], env: {}, input: undefined }, 'ours')
  const out: string[] = []
  for (const step of stepsOf(area)) {
    if ('look' in step) out.push(`${step.line}\n${masked(await looked(step.look, run))}`)
    else {
      const { code, stdout: text, stderr } = await run(step, program)
      // Who wrote stands in the order of seconds.
      const stdout = step.line.includes('managedFields[*].manager') ? text.split(' ').sort().join(' ') : text
      out.push(`$ ${step.line}\n${code === 0 ? '' : `exit ${code}\n`}${masked(stdout)}${stderr === '' ? '' : masked(stderr).replace(/^(?=.)/gm, '! ')}`)
    }
  }
  return out
}

/** The objects as they are. Who owns which fields stands in the order of seconds, and is put into one of names. */
async function looked(what: string, run: (step: Command, by: Program) => Promise<Ran>): Promise<string> {
  const { stdout, stderr } = await run({ line: '', words: ['get', ...what.split(' '), '-o', 'json', '--show-managed-fields'], env: {}, input: undefined }, 'ours')
  if (stdout === '') return stderr
  const found = JSON.parse(stdout) as { items?: Looked[] } & Looked
  for (const { metadata } of found.items ?? [found]) {
    metadata.managedFields?.sort((a, b) => (JSON.stringify([a.manager, a.operation, a.subresource]) < JSON.stringify([b.manager, b.operation, b.subresource]) ? -1 : 1))
  }
  return yamlText(found)
}
interface Looked {
  readonly metadata: { managedFields?: { manager: string; operation: string; subresource?: string }[] }
}

async function byOurs(words: readonly string[], cwd: string, env: Readonly<Record<string, string>>, input: string): Promise<Ran> {
  const io = memoryStreams({ cwd, env, stdin: input })
  const code = await main(['kubectl', ...words], io, { now: () => Date.now() }, access)
  return { code, stdout: io.out(), stderr: io.err() }
}

function byReal(path: string, words: readonly string[], cwd: string, env: Readonly<Record<string, string>>, input: string): Promise<Ran> {
  return new Promise(done => {
    const child = spawn(path, words, { cwd, env, timeout: 60_000 })
    const [out, err]: [Buffer[], Buffer[]] = [[], []]
    child.stdout.on('data', (b: Buffer) => out.push(b))
    child.stderr.on('data', (b: Buffer) => err.push(b))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.on('close', code => done({ code: code ?? -1, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') }))
  })
}

/** Whether an image is there already depends on what ran before. */
const withoutPulls = (text: string): string => text.replace(/^ +Normal +Pull(ing|ed) .*\n/gm, '')

/** Without times, identities, addresses and drawn names; blanks that only fill columns are one blank. */
function mask(text: string): string {
  return withoutPulls(text)
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)/g, 'TIME').replace(/\b\d{4}-\d\d-\d\d \d\d:[\d:.]+ [+-]\d{4}/g, 'TIME').replace(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g, 'CERTIFICATE').replace(/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} [\d:]+ [+-]\d{4}/g, 'TIME')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b/g, 'UID').replace(/(Expected resource version to be 1, was |Resource Version: +)\d+/g, '$1N').replace(/(resourceVersion\\?"?: ?\\?"?)\d+/g, '$1N').replace(/\b(\d+[smhd]){1,2}\b(?! ?=)/g, 'AGE').replace(/<(unknown|invalid)>/g, 'AGE')
    .replace(/\b10(\.\d+){3}\b/g, 'IP').replace(/-[bcdfghjklmnpqrstvwxz2456789]{6,10}(-[bcdfghjklmnpqrstvwxz2456789]{5})?\b/g, '-HASH').replace(/-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '-RND').replace(/((?:pod-template|controller-revision)-hash"?[:=] ?"?)[\w-]+/g, '$1HASH')
    .replace(/(nodePort: |:)3[0-2]\d{3}\b/g, '$1PORT').replace(/^[EWI]\d{4} [\d:.]+ +\d+ /gm, '').replace(/\/tmp\/\S+/g, 'TMP').replace(/(\S)  +/g, '$1 ').replace(/ +$/gm, '')
}
