/** A process that dies at any commit loses nothing that it acknowledged, and the next one ends what it had begun. */
import { describe, expect, it } from 'vitest'
import { deployment, Sandbox, STEADY } from './programs.testing'

interface Dumped {
  kind?: string
  metadata: Record<string, unknown> & { name: string }
}

/** What has to be the same whichever way it came about: not versions, times, uids and drawn names. Events tell the way, so they may differ. */
function comparable(dump: string): string[] {
  const text = dump
    .replace(/"(resourceVersion|uid|[a-zA-Z]*[tT]ime(stamp)?|podIPs?|hostIPs?|ip|nodeName|addresses|containerID)":("[^"]*"|\[[^\]]*\])/g, '"$1":""')
    .replace(/k:\{\\"uid\\":\\"[^"]*\\"\}/g, 'k:{uid}')
    .replace(/\b10\.\d+\.\d+\.\d+\b/g, 'IP')
    .replace(/-[bcdfghjklmnpqrstvwxz2456789]{5}(?=")/g, '-xxxxx')
  return text
    .split('\n')
    .filter(line => line !== '' && (JSON.parse(line) as Dumped).kind !== 'Event')
    .sort()
}

async function finish(cluster: Sandbox): Promise<string[]> {
  // Any command settles what is left to do.
  expect((await cluster.kubectl(['get', 'deployments'])).code).toBe(0)
  return comparable((await cluster.kubottle(['dump', '-o', 'json'])).stdout)
}

interface Stage {
  readonly base: Sandbox
  /** What a run that nobody disturbs ends in. */
  readonly undisturbed: string[]
}

/** A cluster with `web` at its first version, and the file of its second. */
async function stage(config: string, first: string, second: string): Promise<Stage> {
  const base = new Sandbox()
  expect((await base.kubottle(['init', '--config', base.write('cluster.yaml', config)])).stderr).toBe('')
  expect((await base.kubectl(['apply', '-f', base.write('one.yaml', first)])).stderr).toBe('')
  base.write('two.yaml', second)
  const calm = base.fork()
  await calm.kubectl(['apply', '-f', base.path('two.yaml')])
  const undisturbed = await finish(calm)
  calm.remove()
  return { base, undisturbed }
}

/** Kills the rollout at its n-th commit and says what the cluster ends in that an undisturbed one does not; undefined when it has fewer commits. */
async function killedAt(n: number, { base, undisturbed }: Stage): Promise<string[] | undefined> {
  const cluster = base.fork()
  const first = await cluster.kubectl(['apply', '-f', base.path('two.yaml')], { KUBOTTLE_KILL_AT_COMMIT: String(n) })
  if (first.signal === null) expect(first.code).toBe(0)
  // Whoever was not told asks again, as a script would.
  if (!first.stdout.includes('configured')) expect((await cluster.kubectl(['apply', '-f', base.path('two.yaml')])).code).toBe(0)
  const found = await finish(cluster)
  cluster.remove()
  const differences = [...found.filter(l => !undisturbed.includes(l)).map(l => `+ ${l}`), ...undisturbed.filter(l => !found.includes(l)).map(l => `- ${l}`)]
  return first.signal === null && differences.length === 0 ? undefined : differences
}

const REAL = STEADY.replace('fast', 'real')

describe('a process that is killed', () => {
  for (const [lifecycle, config, replicas] of [['fast', STEADY, 3], ['real', REAL, 2]] as const) {
    it(`at every commit of a rollout, lifecycle ${lifecycle}`, async () => {
      const given = await stage(config, deployment('web', 'nginx:1.25', replicas), deployment('web', 'nginx:1.27', replicas))
      expect(given.undisturbed.filter(l => l.includes('nginx:1.27') && l.includes('"kind":"Pod"'))).toHaveLength(replicas)
      let next = 1
      let last = Infinity
      // Two at a time: there are two cores.
      const worker = async (): Promise<void> => {
        while (next < last) {
          const n = next++
          const differences = await killedAt(n, given)
          if (differences === undefined) last = Math.min(last, n)
          else expect(differences, `killed at commit ${n}`).toEqual([])
        }
      }
      await Promise.all([worker(), worker()])
      // At least one commit a step of the rollout, or nothing was tested.
      expect(last).toBeGreaterThan(10)
      given.base.remove()
    }, 300_000)
  }
})

describe('eight processes that write at once', () => {
  it('lose nothing, and none fails', async () => {
    const cluster = new Sandbox()
    expect((await cluster.kubottle(['init', '--config', cluster.write('cluster.yaml', STEADY)])).stderr).toBe('')
    const each = 6
    const writers = Array.from({ length: 8 }, async (_, w) => {
      for (let i = 0; i < each; i++) {
        const made = await cluster.kubectl(['create', 'configmap', `w${w}-${i}`, `--from-literal=n=${w * each + i}`])
        expect(made.stderr).toBe('')
        expect(made.code).toBe(0)
      }
    })
    await Promise.all(writers)
    const { stdout } = await cluster.kubectl(['get', 'configmaps', '-o', 'jsonpath={range .items[*]}{.data.n}{"\\n"}{end}'])
    const found = stdout.split('\n').filter(l => l !== '').map(Number)
    expect(found.sort((a, b) => a - b)).toEqual(Array.from({ length: 8 * each }, (_, i) => i))
    cluster.remove()
  }, 120_000)
})

describe('the same seed, clock and commands', () => {
  for (const [lifecycle, config] of [['fast', STEADY], ['real', REAL]] as const) {
    it(`give the same bytes, lifecycle ${lifecycle}`, async () => {
      const run = async (): Promise<string> => {
        const cluster = new Sandbox()
        await cluster.kubottle(['init', '--config', cluster.write('cluster.yaml', config)])
        await cluster.kubectl(['apply', '-f', cluster.write('one.yaml', deployment('web', 'nginx:1.25'))])
        await cluster.kubectl(['apply', '-f', cluster.write('two.yaml', deployment('web', 'nginx:1.27', 5))])
        await cluster.kubectl(['delete', 'deployment', 'web'])
        await cluster.kubectl(['apply', '-f', cluster.path('one.yaml')])
        const { stdout } = await cluster.kubottle(['dump', '-o', 'json'])
        cluster.remove()
        return stdout
      }
      const [one, two] = await Promise.all([run(), run()])
      expect(one.includes('"kind":"Pod"')).toBe(true)
      expect(two === one).toBe(true)
    }, 60_000)
  }
})
