import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { createMachine } from '../harness'
import { parseShell } from './parser'

/** Recordings and other projects' manifests stand beside the repository where they are at hand. */
const SHARED = join(import.meta.dirname, '../../../../shared')
const RECORDINGS = [join(import.meta.dirname, '../../../test/conformance/commands'), join(SHARED, 'recordings/commands')].find(path => existsSync(path) && readdirSync(path).some(f => f.endsWith('.golden')))
const MANIFESTS = join(SHARED, 'manifests')

/** Every `[sh, -c, TEXT]` below a value. */
function textsOf(value: unknown, out: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) textsOf(item, out)
    return
  }
  if (value === null || typeof value !== 'object') return
  const { command, args } = value as { command?: unknown; args?: unknown }
  const argv = [command, args].flat().filter((word): word is string => typeof word === 'string')
  const at = argv.findIndex(word => /^-[a-z]*c$/.test(word))
  if (at > 0 && /(^|\/)(ba|a|da)?sh$/.test(argv[at - 1] as string) && argv[at + 1] !== undefined) out.add(argv[at + 1] as string)
  for (const item of Object.values(value)) textsOf(item, out)
}

function fromYaml(text: string, out: Set<string>): void {
  for (const document of parseAllDocuments(text, { logLevel: 'silent' })) if (document.errors.length === 0) textsOf(document.toJS(), out)
}

function recordedTexts(directory: string): Set<string> {
  const out = new Set<string>()
  for (const name of readdirSync(directory).filter(f => f.endsWith('.golden'))) {
    const text = readFileSync(join(directory, name), 'utf8')
    for (const m of text.matchAll(/^-- file \S+\.ya?ml --\n([\s\S]*?)(?=^-- (?:file|\$|norec|settle|end))/gm)) fromYaml(m[1] as string, out)
    for (const m of text.matchAll(/^-- \$ .*-- sh -c '([^']+)'/gm)) out.add(m[1] as string)
  }
  return out
}

function manifestTexts(directory: string, out = new Set<string>()): Set<string> {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name)
    if (statSync(path).isDirectory()) manifestTexts(path, out)
    else if (/\.ya?ml$/.test(name)) {
      const text = readFileSync(path, 'utf8')
      // Large files without any shell are not worth parsing.
      if (/\bsh\b/.test(text) && /-[a-z]*c\b/.test(text)) fromYaml(text, out)
    }
  }
  return out
}

const isSound = (text: string, flavour: 'ash' | 'bash'): boolean => !parseShell(text, flavour).nodes.some(node => node.t === 'error')

describe.skipIf(RECORDINGS === undefined)('shell texts of the recordings (skipped where they are not at hand)', () => {
  it('are parsed', () => {
    const texts = [...recordedTexts(RECORDINGS as string)]
    expect(texts.length).toBeGreaterThan(50)
    expect(texts.filter(text => !isSound(text, 'ash'))).toEqual([])
  })

  it('run without a command that is not simulated', async () => {
    const machine = createMachine()
    const bad: string[] = []
    for (const text of recordedTexts(RECORDINGS as string)) {
      const image = text.includes('redis-cli') ? 'redis:7' : 'busybox:1.36'
      const id = await machine.run({ image, command: ['sh', '-c', text] })
      await machine.advance(2000)
      if (/not found|not simulated|syntax error|applet|invalid option/.test(machine.log(id))) bad.push(`${text}\n${machine.log(id)}`)
      machine.runtime.removeContainer(id)
      machine.ids.length = 0
    }
    expect(bad).toEqual([])
  })
})

describe.skipIf(!existsSync(MANIFESTS))('shell texts of other projects\' manifests (skipped where they are not at hand)', () => {
  it('are parsed', () => {
    const texts = [...manifestTexts(MANIFESTS)]
    expect(texts.length).toBeGreaterThan(20)
    expect(texts.filter(text => !isSound(text, 'bash'))).toEqual([])
  })
})
