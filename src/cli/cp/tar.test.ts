import { describe, expect, it } from 'vitest'
import { readTar, writeTar, type Entry } from './tar'

const entry = (name: string, rest: Partial<Entry> = {}): Entry => ({ name, kind: 'file', mode: 0o644, data: new Uint8Array(), link: '', ...rest })

describe('tar', () => {
  it('reads what it writes: long names, folders, links, every size', () => {
    const entries = [
      entry('a.txt', { data: Buffer.from('hello') }),
      entry('d', { kind: 'directory', mode: 0o755 }),
      entry(`deep/${'x'.repeat(150)}`, { data: new Uint8Array(512).fill(7) }),
      entry('l', { kind: 'symlink', link: `../${'y'.repeat(120)}` }),
      entry('empty'),
    ]
    expect(readTar(writeTar(entries)).map(e => ({ ...e, data: [...e.data] }))).toEqual(entries.map(e => ({ ...e, data: [...e.data] })))
  })
  it('stops at the end mark, and says what is no archive', () => {
    expect(readTar(new Uint8Array(1024))).toEqual([])
    expect(() => readTar(new Uint8Array(1024).fill(0x7a))).toThrow('archive/tar: invalid tar header')
  })
})
