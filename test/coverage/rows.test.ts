/** What the course teaches, row by row: command lines in a cluster in memory on a clock of its own, and what they must print. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Stage } from '../conformance/replay'
import { agrees, readRows } from './read'

const HERE = fileURLToPath(new URL('./', import.meta.url))
const ROWS = 155

const files = readdirSync(join(HERE, 'rows')).filter(f => f.endsWith('.txt')).sort()
const shown = new Map(files.flatMap(file => readRows(readFileSync(join(HERE, 'rows', file), 'utf8')).map(row => [row.number, { ...row, file }] as const)))

describe.each([...shown.values()].map(row => [`row ${row.number}: ${row.title}`, row] as const))('%s', (_, row) => {
  it('is shown', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kubottle-row-'))
    const stage = new Stage(folder, join(HERE, 'cluster.yaml'), 'embedded')
    try {
      await stage.init()
      let lines = 0
      for (const step of row.steps) {
        if (step.kind === 'file') {
          stage.write(step.name, step.body)
          continue
        }
        const { code, stdout, stderr } = await stage.run(step.command)
        const printed = `${stdout}${stderr}`
        if (!agrees(step.expected, printed)) expect(`$ ${step.command}\n${printed}`).toBe(`$ ${step.command}\n${step.expected.join('\n')}`)
        expect(`${step.command}: exit ${code}${code === step.exit ? '' : ` ${printed}`}`).toBe(`${step.command}: exit ${step.exit}`)
        lines++
      }
      expect(lines).toBeGreaterThan(0)
    } finally {
      stage.close()
      rmSync(folder, { recursive: true, force: true })
    }
  }, 60_000)
})

it('coverage.md has every row by its number, with its test or the word gap', () => {
  const stated = new Map([...readFileSync(join(HERE, '../coverage.md'), 'utf8').matchAll(/^\| (\d+) \| .* \| (.*) \|$/gm)].map(([, number, where]) => [Number(number), where as string]))
  expect([...stated.keys()]).toEqual(Array.from({ length: ROWS }, (_, i) => i + 1))
  for (const [number, where] of stated) {
    const row = shown.get(number)
    expect(where, `row ${number}`).toMatch(row === undefined ? /^(gap: |`)/ : new RegExp(`rows/${row.file}`))
  }
})
