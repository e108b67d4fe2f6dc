/** The short form of `npm run load`. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runLoad } from './load'
import { startProcess, type ServerProcess } from './process'

let server: ServerProcess
beforeAll(async () => void (server = await startProcess()), 60_000)
afterAll(() => server.remove())

it('loses no write and no event while many write and many watch', async () => {
  const { acknowledged, refused, events, problems } = await runLoad(server, { clients: 40, writes: 20, watches: 100, ms: 2_000, seed: 7 })
  expect(problems).toEqual([])
  expect(refused).toEqual([])
  // Two of each client's twenty are deletions.
  expect(acknowledged).toBe(40 * 18)
  expect(events).toBeGreaterThan(acknowledged)
  expect(await server.end()).toBe(0)
}, 120_000)
