/** What scripts/conformance.mjs runs: transcripts by name, with differences, and the list of what does not agree yet. */
import { createTwoFilesPatch } from 'diff'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { normalise, parseGolden } from './golden'
import type { Answer } from './replay'
import { goldenNames, pathOf, replay } from './replay'

const HERE = process.env['KUBOTTLE_CONFORMANCE'] as string
const LIST = join(HERE, 'not-yet.json')

type NotYet = Record<string, string[]>

async function run(args: readonly string[]): Promise<void> {
  const flags = new Set(args.filter(a => a.startsWith('--')))
  const wanted = args.filter(a => !a.startsWith('--'))
  const names = goldenNames().filter(name => wanted.length === 0 || wanted.some(w => name.startsWith(w)))
  const verbose = wanted.length > 0 && !flags.has('--quiet')
  const list = JSON.parse(readFileSync(LIST, 'utf8')) as NotYet
  let [exact, codes, all] = [0, 0, 0]
  for (const name of names) {
    const answers = await replay(parseGolden(readFileSync(pathOf(name) as string, 'utf8')))
    const misses = answers.filter(a => !a.exact)
    exact += answers.length - misses.length
    all += answers.length
    codes += answers.filter(a => a.code === a.recorded.code).length
    if (verbose) for (const miss of misses) console.log(difference(miss))
    console.log(`${name.padEnd(50)} ${answers.length - misses.length}/${answers.length}`)
    if (flags.has('--update')) shrink(list, name, misses)
    if (flags.has('--accept')) list[name] = misses.map(m => m.id)
  }
  if (flags.has('--update') || flags.has('--accept')) writeFileSync(LIST, `${JSON.stringify(Object.fromEntries(Object.entries(list).filter(([, ids]) => ids.length > 0).sort(([a], [b]) => (a < b ? -1 : 1))), null, 1)}\n`)
  const share = (n: number): string => `${((100 * n) / (all || 1)).toFixed(1)} %`
  console.log(`${exact} of ${all} commands exact (${share(exact)}), exit codes ${share(codes)}`)
}

/** Takes off the list what agrees now; what newly fails is told, not added. */
function shrink(list: NotYet, name: string, misses: readonly Answer[]): void {
  const ids = misses.map(m => m.id)
  for (const id of ids) if (!(list[name] ?? []).includes(id)) console.log(`  agreed before, not now: ${id}`)
  list[name] = (list[name] ?? []).filter(id => ids.includes(id))
}

function difference({ id, recorded, code, stdout, stderr }: Answer): string {
  const parts = [`--- ${id}`]
  if (code !== recorded.code) parts.push(`    exit ${code}, recorded ${recorded.code}`)
  for (const [stream, was, is] of [['stdout', recorded.stdout, stdout], ['stderr', recorded.stderr, stderr]] as const) {
    const [a, b] = [normalise(was), normalise(is)]
    if (a === b) continue
    const patch = createTwoFilesPatch('recorded', 'now', `${a}\n`, `${b}\n`, '', '', { context: 2 })
    parts.push(`    ${stream}:`, ...patch.split('\n').slice(3, 80).filter(l => l !== '').map(l => `    ${l}`))
  }
  return parts.join('\n')
}

void run(process.argv.slice(2))
