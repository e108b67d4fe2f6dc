import { describe, expect, it } from 'vitest'
import { detachSequence, untilDetached } from './detach-keys'

async function read(chunks: readonly string[], keys: string): Promise<string> {
  const stdin = (async function* () { for (const c of chunks) yield Buffer.from(c) })()
  let text = ''
  for await (const chunk of untilDetached(stdin, detachSequence(keys))) text += Buffer.from(chunk).toString()
  return text
}

describe('detach keys', () => {
  it('reads names of keys', () => {
    expect([...detachSequence('ctrl-p,ctrl-q')]).toEqual([16, 17])
    expect([...detachSequence('~,.,DEL,ctrl-@,ctrl-_')]).toEqual([126, 46, 127, 0, 31])
    expect(() => detachSequence('ctrl-nonsense')).toThrow("could not bind detach keys: Unknown character: 'ctrl-nonsense'")
  })
  it('ends the input at the sequence, wherever the chunks break', async () => {
    expect(await read(['ab\x10\x11cd'], 'ctrl-p,ctrl-q')).toBe('ab')
    expect(await read(['ab\x10', '\x11cd'], 'ctrl-p,ctrl-q')).toBe('ab')
    expect(await read(['a\x10b\x10', '\x10c'], 'ctrl-p,ctrl-q')).toBe('a\x10b\x10\x10c')
    expect(await read(['ab\x10'], 'ctrl-p,ctrl-q')).toBe('ab\x10')
  })
})
