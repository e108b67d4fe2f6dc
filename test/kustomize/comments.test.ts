/** Texts with comments within config maps: a replacement in them leaves the comments as the real kubectl leaves them. `KUSTOMIZE_COMMENTS=from-to` tries other seeds. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { realKubectl } from '../conformance/real-kubectl'
import { ours, recorded, theirs } from './compare'
import { Draw } from './random/draw'

const [from = 1, to = 25] = (process.env['KUSTOMIZE_COMMENTS'] ?? '').split('-').filter(s => s !== '').map(Number)
const real = realKubectl()

/** A settings file as people write them. */
function settings(d: Draw): string {
  let n = 0
  const said = (): string => `# ${d.pick(['about', 'why', 'TODO: x'])} ${n++}`
  const before = (pad: string): string => (d.chance(0.3) ? `${d.chance(0.3) ? '\n' : ''}${d.many(1, 2, () => `${pad}${said()}\n`).join('')}` : '')
  const behind = (): string => (d.chance(0.25) ? ` ${said()}` : '')
  const after = (pad: string): string => (d.chance(0.12) ? `${pad}${said()}\n\n` : d.chance(0.1) ? '\n' : '')
  const value = (): string => d.pick(['x', '1', '"q"', "'s'", 'two words', 'true', '[a, b]', '{c: d}', '|\n      lines\n      more'])
  const map = (pad: string, depth: number, names: readonly string[]): string => names.map(name => {
    if (depth > 0 && d.chance(0.35)) return `${before(pad)}${pad}${name}:${behind()}\n${d.chance(0.5) ? map(`${pad}  `, depth - 1, d.some(['p', 'q', 'r'], 0.7).concat('s')) : d.many(1, 3, i => `${before(`${pad}  `)}${pad}  - ${d.chance(0.5) ? `name: i${i}${behind()}\n${pad}    v: ${i}` : `e${i}`}${behind()}\n`).join('')}${after(pad)}`
    const v = value()
    return `${before(pad)}${pad}${name}: ${v}${v.includes('\n') ? '' : behind()}\n${after(pad)}`
  }).join('')
  return `${d.chance(0.25) ? `${said()}\n${d.chance(0.5) ? '\n' : ''}` : ''}${map('', 2, ['a', 'b', 'target', 'c'])}${d.chance(0.25) ? `${d.chance(0.5) ? '\n' : ''}${said()}\n` : ''}`.replace(/^target:.*$(\n\s+.*$)*/m, `target: old${behind()}`)
}

describe.skipIf('missing' in real)(`comments${'missing' in real ? ` (skipped: ${real.missing})` : ''}`, () => {
  it(`of seeds ${from} to ${to}`, { timeout: 600_000 }, async () => {
    if ('missing' in real) return
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kubottle-comments-')))
    const wrong: object[] = []
    for (let seed = from; seed <= to; seed++) {
      const text = settings(new Draw(seed))
      writeFileSync(join(folder, 'cm.yaml'), JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cm' }, data: { f: text } }))
      writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify({ resources: ['cm.yaml'], replacements: [{ sourceValue: 'new', targets: [{ select: { kind: 'ConfigMap' }, fieldPaths: ['data.f.target'] }] }] }))
      const expected = recorded(folder, theirs(real.path, folder, ['.']))
      const got = recorded(folder, await ours(folder, ['.']))
      if (got !== expected) wrong.push({ seed, text, expected, got })
    }
    rmSync(folder, { recursive: true, force: true })
    if (process.env['REPORT'] !== undefined) writeFileSync(process.env['REPORT'], JSON.stringify(wrong, null, 1))
    expect(wrong).toEqual([])
  })
})
