import { expect, it } from 'vitest'
import { play } from './requests'

/** Another seed: SEED=42 npx vitest run test/sim */
const SEED = Number(process.env['SEED'] ?? 1)

it('answers 10,000 random requests, and keeps what it accepted', async () => {
  const { failures, accepted, sent } = await play(SEED, 10_000)
  expect(failures.slice(0, 5)).toEqual([])
  expect(sent).toBeGreaterThanOrEqual(10_000)
  expect(accepted).toBeGreaterThan(200)
}, 60_000)
