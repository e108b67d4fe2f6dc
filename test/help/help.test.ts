/** Help in kubectl's layout: sections, usage, commands and flags of every command are those of the real one; so is where it is printed and the exit code. `HELP=all` tries every line, `HELP=500` so many of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/cli/flags/table.gen'
import { inParallel, runOurs, runReal, type Ran } from '../conformance/programs'
import { realKubectl } from '../conformance/real-kubectl'
import { seeded } from '../seeded'
import { layoutOf } from './layout'

const found = realKubectl()
const PATHS = Object.keys(COMMANDS).filter(path => path !== '(global)' && path !== 'kubectl')
/** Of commands, but for that which has something to say by itself. */
const GROUPS = PATHS.filter(path => path !== 'cluster-info' && PATHS.some(other => other.startsWith(`${path} `)))

const ALL: readonly string[] = [
  ...PATHS.map(path => `${path} --help`), '', '--help', '-h', 'help', 'options', 'help options', ...GROUPS, ...GROUPS.map(path => `help ${path}`), ...GROUPS.map(path => `${path} nothing`), ...GROUPS.map(path => `${path} help`), ...GROUPS.map(path => `${path} --bogus`),
  'help get', 'help nothing', 'help get nothing', 'help create nothing', 'help create deployment', 'help create deployment x', 'get -h x', 'get pods -h', 'get pods --bogus -h', 'get -h --bogus', 'get --help=false --bogus', 'get --help=maybe', 'get -o -h', '-h get', '--help get', '--help nothing', 'nothing --help', 'nothing -h', 'nothing',
  'help --bogus', 'help -h', 'help help', '--bogus', '-x', '-x get', '--bogus get', 'help help help', 'create deploy --help', 'create cm -h', 'config use -h', 'set sa -h', 'top po -h', 'top no --help', 'help -- get', '--', '-- get', 'options x', 'options --bogus', 'alpha', 'alpha x', 'alpha --help', 'help alpha', 'certificate', 'certificate approve -h',
  'config', 'config x', 'rollout', 'rollout x', 'rollout x --help', 'set', 'set x', 'set image -h', 'kuberc', 'auth', 'auth x', 'auth can-i -h', 'plugin', 'plugin x', 'plugin x --help', 'create', 'create --help x', 'apply -h', 'top', 'completion', 'completion x', 'completion -h', 'completion bash x', 'completion bash --help', 'version --help', 'exec --help -- ls', 'run --help', 'debug --help --bogus', 'kubectl', 'help kubectl', 'HELP', 'Get', 'gett', 'hlp', 'lst', 'ls', 'rm', 'stats', 'inspect', 'pods', 'help-me',
]

const SEED = Number(process.env['SEED'] ?? 1)
const WANTED = process.env['HELP'] ?? '80'

/** Some of all lines, drawn by the seed. */
function chosen(): readonly string[] {
  const random = seeded(SEED)
  return WANTED === 'all' ? ALL : Array.from({ length: Number(WANTED) }, () => random.pick(ALL))
}

describe.skipIf('missing' in found)(`help${'missing' in found ? `: ${found.missing}` : ''}`, () => {
  const home = mkdtempSync(join(tmpdir(), 'kubottle-help-'))
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  it(`of ${WANTED} lines`, { timeout: 600_000 }, async () => {
    const lines = chosen()
    const program = 'path' in found ? found.path : ''
    writeFileSync(join(home, 'config'), '')
    const env = { KUBERC: 'off', PATH: '/usr/bin:/bin', KUBECONFIG: join(home, 'config') }
    const layout = (text: string): string[] => (/^Usage:$|^The following options/m.test(text) ? layoutOf(text) : text.split('\n'))
    const comparable = ({ code, stdout, stderr }: Ran): object => ({ code, stdout: layout(stdout), stderr: layout(stderr) })
    const wrong = (await inParallel(lines, 2, async line => {
      const words = line === '' ? [] : line.split(' ')
      const [real, ours] = [comparable(await runReal(program, words, home, env)), comparable(await runOurs(words, home, env))]
      return JSON.stringify(real) === JSON.stringify(ours) ? [] : [{ line, real, ours }]
    })).flat()
    if (process.env['REPORT'] !== undefined) writeFileSync(process.env['REPORT'], JSON.stringify(wrong, null, 1))
    expect(lines.length).toBeGreaterThan(50)
    expect(wrong).toEqual([])
  })
})
