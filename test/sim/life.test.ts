import { expect, it } from 'vitest'
import { live } from './life'

/** Another life: SEED=42 STEPS=100000 npx vitest run test/sim/life.test.ts */
const SEED = Number(process.env['SEED'] ?? 1)
const STEPS = Number(process.env['STEPS'] ?? 10_000)

it('a cluster keeps its invariants through a random life with crashes', async () => {
  const { broken, steps, checks, crashes, podsMade } = await live(SEED, STEPS)
  expect(broken.slice(0, 5)).toEqual([])
  expect(steps).toBe(STEPS)
  expect(checks).toBe(Math.floor(STEPS / 20))
  expect(crashes).toBeGreaterThan(STEPS / 100)
  expect(podsMade).toBeGreaterThan(STEPS / 10)
}, 600_000)
