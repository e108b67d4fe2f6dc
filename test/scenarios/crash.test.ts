/** A process that dies at any commit loses nothing that it acknowledged, and the next one ends what it had begun. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

const base = new Sandbox()
let undisturbed: string[]

async function finish(cluster: Sandbox): Promise<string[]> {
  // Any command settles what is left to do.
  expect((await cluster.kubectl(['get', 'deployments'])).code).toBe(0)
  return comparable((await cluster.kubottle(['dump', '-o', 'json'])).stdout)
}

beforeAll(async () => {
  expect((await base.kubottle(['init', '--config', base.write('cluster.yaml', STEADY)])).stderr).toBe('')
  expect((await base.kubectl(['apply', '-f', base.write('one.yaml', deployment('web', 'nginx:1.25'))])).stderr).toBe('')
  const calm = base.fork()
  await calm.kubectl(['apply', '-f', base.write('two.yaml', deployment('web', 'nginx:1.27'))])
  undisturbed = await finish(calm)
  calm.remove()
}, 60_000)
afterAll(() => base.remove())

describe('a process that is killed', () => {
  it('at every commit of a rollout', async () => {
    expect(undisturbed.filter(l => l.includes('nginx:1.27') && l.includes('"kind":"Pod"'))).toHaveLength(3)
    for (let n = 1, ended = false; !ended; n++) {
      const cluster = base.fork()
      const first = await cluster.kubectl(['apply', '-f', base.path('two.yaml')], { KUBOTTLE_KILL_AT_COMMIT: String(n) })
      ended = first.signal === null
      if (ended) {
        expect(first.code).toBe(0)
        // At least one commit a step of the rollout, or nothing was tested.
        expect(n).toBeGreaterThan(10)
      }
      // Whoever was not told asks again, as a script would.
      if (!first.stdout.includes('configured')) expect((await cluster.kubectl(['apply', '-f', base.path('two.yaml')])).code).toBe(0)
      const found = await finish(cluster)
      const differences = [...found.filter(l => !undisturbed.includes(l)).map(l => `+ ${l}`), ...undisturbed.filter(l => !found.includes(l)).map(l => `- ${l}`)]
      expect(differences, `killed at commit ${n}`).toEqual([])
      cluster.remove()
    }
  }, 300_000)
})

describe('eight processes that write at once', () => {
  it('lose nothing, and none fails', async () => {
    const cluster = base.fork()
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
  it('give the same bytes', async () => {
    const dumps: string[] = []
    for (let run = 0; run < 2; run++) {
      const cluster = new Sandbox()
      await cluster.kubottle(['init', '--config', cluster.write('cluster.yaml', STEADY)])
      await cluster.kubectl(['apply', '-f', cluster.write('one.yaml', deployment('web', 'nginx:1.25'))])
      await cluster.kubectl(['apply', '-f', cluster.write('two.yaml', deployment('web', 'nginx:1.27', 5))])
      await cluster.kubectl(['delete', 'deployment', 'web'])
      await cluster.kubectl(['apply', '-f', cluster.path('one.yaml')])
      dumps.push((await cluster.kubottle(['dump', '-o', 'json'])).stdout)
      cluster.remove()
    }
    expect(dumps[0]?.includes('"kind":"Pod"')).toBe(true)
    expect(dumps[1] === dumps[0]).toBe(true)
  }, 60_000)
})
