/** Archives as `tar` in a container writes and reads them: ustar with GNU's long names. */

export type EntryKind = 'file' | 'directory' | 'symlink'

export interface Entry {
  readonly name: string
  readonly kind: EntryKind
  /** Permission bits. */
  readonly mode: number
  readonly data: Uint8Array
  /** Target of a symlink. */
  readonly link: string
}

const BLOCK = 512
const NAME_MAX = 100
const LONG_NAME = 'L'
const LONG_LINK = 'K'
const TYPES: Readonly<Record<EntryKind, string>> = { file: '0', symlink: '2', directory: '5' }

export function writeTar(entries: readonly Entry[]): Uint8Array {
  const parts: Uint8Array[] = []
  const block = (name: string, type: string, mode: number, data: Uint8Array, link: string): void => {
    parts.push(header(name, type, mode, data.length, link), data, new Uint8Array((BLOCK - (data.length % BLOCK)) % BLOCK))
  }
  for (const { name, kind, mode, data, link } of entries) {
    if (Buffer.byteLength(link) > NAME_MAX) block('././@LongLink', LONG_LINK, 0o644, Buffer.from(`${link}\0`), '')
    if (Buffer.byteLength(name) > NAME_MAX) block('././@LongLink', LONG_NAME, 0o644, Buffer.from(`${name}\0`), '')
    block(name, TYPES[kind], mode, kind === 'file' ? data : new Uint8Array(), link)
  }
  parts.push(new Uint8Array(2 * BLOCK))
  return Buffer.concat(parts)
}

function header(name: string, type: string, mode: number, size: number, link: string): Uint8Array {
  const h = Buffer.alloc(BLOCK)
  const octal = (value: number, at: number, length: number): void => void h.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at)
  h.write(Buffer.from(name).subarray(0, NAME_MAX).toString('latin1'), 0, 'latin1')
  octal(mode, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(0, 136, 12)
  h.write('        ', 148)
  h.write(type, 156)
  h.write(Buffer.from(link).subarray(0, NAME_MAX).toString('latin1'), 157, 'latin1')
  h.write('ustar\0' + '00', 257)
  h.write(`${h.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148)
  return h
}

/** Reads until the end mark or the end of the bytes. Throws an Error for what is no archive. */
export function readTar(bytes: Uint8Array): Entry[] {
  const entries: Entry[] = []
  const all = Buffer.from(bytes)
  let [longName, longLink] = ['', '']
  for (let at = 0; at + BLOCK <= all.length;) {
    const h = all.subarray(at, at + BLOCK)
    if (h[0] === 0) break
    const text = (from: number, length: number): string => h.subarray(from, from + length).toString('utf8').replace(/\0.*$/s, '')
    const size = parseInt(text(124, 12).trim() || '0', 8)
    if (Number.isNaN(size)) throw new Error('archive/tar: invalid tar header')
    const data = all.subarray(at + BLOCK, at + BLOCK + size)
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
    const type = text(156, 1) || '0'
    if (type === LONG_NAME) longName = data.toString('utf8').replace(/\0.*$/s, '')
    else if (type === LONG_LINK) longLink = data.toString('utf8').replace(/\0.*$/s, '')
    else {
      const prefix = text(257, 5) === 'ustar' ? text(345, 155) : ''
      const name = longName || (prefix === '' ? text(0, NAME_MAX) : `${prefix}/${text(0, NAME_MAX)}`)
      const kind = type === '5' || name.endsWith('/') ? 'directory' : type === '2' || type === '1' ? 'symlink' : 'file'
      entries.push({ name, kind, mode: parseInt(text(100, 8).trim() || '0', 8) & 0o777, data: Uint8Array.from(data), link: longLink || text(157, NAME_MAX) })
      longName = longLink = ''
    }
  }
  return entries
}
