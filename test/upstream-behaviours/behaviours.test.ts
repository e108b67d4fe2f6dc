/**
 * What kubernetes' own tests of its command line expect (its folder test/cmd), as lines and manifests of ours: what the real kubectl says of
 * them, and what becomes of the objects, is recorded in `expected` (`UPDATE=1` writes it anew, `BEHAVIOURS=apply,get` for some), and ours does the same.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEndpoint, type Endpoint } from '../conformance/endpoint'
import { realKubectl } from '../conformance/real-kubectl'
import { AREAS } from './areas'
import { stepsOf } from './area'
import { ran } from './run'

const EXPECTED = join(import.meta.dirname, 'expected')
const SEPARATOR = '\n────────\n'
const wanted = process.env['BEHAVIOURS']?.split(',')
const areas = AREAS.filter(({ name }) => wanted === undefined || wanted.includes(name))
const fileOf = (name: string): string => join(EXPECTED, `${name}.txt`)
const recordedOf = (name: string): string[] => (existsSync(fileOf(name)) ? readFileSync(fileOf(name), 'utf8').split(SEPARATOR) : [])

const update = process.env['UPDATE'] !== undefined
const real = realKubectl()
const withReal = 'path' in real ? areas.filter(() => update || wanted !== undefined) : []

describe.skipIf(withReal.length === 0)(`what is recorded of the real kubectl${'missing' in real ? ` (skipped: ${real.missing})` : ' (looked at again where UPDATE or BEHAVIOURS is set)'}`, () => {
  let endpoint: Endpoint
  beforeAll(async () => void (endpoint = await startEndpoint()), 60_000)
  afterAll(() => endpoint.close())
  it.each(withReal.map(area => [area.name, area] as const))('%s', { timeout: 600_000 }, async (name, area) => {
    if ('missing' in real) return
    const said = await ran(area, real, endpoint)
    if (update) {
      mkdirSync(EXPECTED, { recursive: true })
      writeFileSync(fileOf(name), said.join(SEPARATOR))
    }
    expect(said).toEqual(recordedOf(name))
  })
})

describe('behaviours', () => {
  let endpoint: Endpoint
  beforeAll(async () => void (endpoint = await startEndpoint()), 60_000)
  afterAll(() => endpoint.close())
  it('are many', () => expect(AREAS.reduce((sum, area) => sum + stepsOf(area).length, 0)).toBeGreaterThanOrEqual(600))
  it.each(areas.map(area => [area.name, area] as const))('%s', { timeout: 600_000 }, async (name, area) => {
    const said = await ran(area, 'ours', endpoint)
    if (process.env['OURS'] !== undefined) writeFileSync(join(process.env['OURS'], `${name}.txt`), said.join(SEPARATOR))
    expect(said).toEqual(recordedOf(name))
  })
})
