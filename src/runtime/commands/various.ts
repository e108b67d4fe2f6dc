/** Smaller commands over files and bytes: diff, cmp, comm, od, hexdump, xxd, dd, split, tree, column, less. */
import { FileError } from '../files/file-system'
import { inside } from '../files/paths'
import type { Command, CommandIO } from './command'
import { linesOf, parseOptions, readOperands } from './command'
import { humanSize } from './list'

/** Edit script by longest common subsequence: [kind, line of a, line of b]. */
function script(a: readonly string[], b: readonly string[]): { k: ' ' | '-' | '+'; text: string; a: number; b: number }[] {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let endA = a.length
  let endB = b.length
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--
    endB--
  }
  const n = endA - start
  const m = endB - start
  const table = Array.from({ length: n + 1 }, () => new Uint32Array(m + 1))
  for (let i = n - 1; i >= 0; i--) for (let j = m - 1; j >= 0; j--) (table[i] as Uint32Array)[j] = a[start + i] === b[start + j] ? ((table[i + 1] as Uint32Array)[j + 1] as number) + 1 : Math.max((table[i + 1] as Uint32Array)[j] as number, (table[i] as Uint32Array)[j + 1] as number)
  const out: { k: ' ' | '-' | '+'; text: string; a: number; b: number }[] = []
  for (let i = 0; i < start; i++) out.push({ k: ' ', text: a[i] as string, a: i, b: i })
  let i = 0
  let j = 0
  while (i < n || j < m) {
    if (i < n && j < m && a[start + i] === b[start + j]) out.push({ k: ' ', text: a[start + i] as string, a: start + i++, b: start + j++ })
    else if (i < n && (j >= m || ((table[i + 1] as Uint32Array)[j] as number) >= ((table[i] as Uint32Array)[j + 1] as number))) out.push({ k: '-', text: a[start + i] as string, a: start + i++, b: start + j })
    else out.push({ k: '+', text: b[start + j] as string, a: start + i, b: start + j++ })
  }
  for (let k = 0; endA + k < a.length; k++) out.push({ k: ' ', text: a[endA + k] as string, a: endA + k, b: endB + k })
  return out
}

const CONTEXT = 3

const diff: Command = io => {
  const options = parseOptions(io, 'uqrNbwiBcaU:sT', { unified: 'u', brief: 'q', recursive: 'r', 'new-file': 'N', 'ignore-case': 'i' })
  const [left = '', right = ''] = options.rest
  const read = (name: string): string => (name === '-' ? io.stdin() : io.ctx.files.read(name))
  let a: string
  let b: string
  try {
    a = read(left)
    b = read(right)
  } catch (e) {
    if (!(e instanceof FileError)) throw e
    return io.fail(io.style === 'gnu' ? `${e.path}: ${e.message}` : `can't stat '${e.path}': ${e.message}`, 2)
  }
  const clean = (text: string): string => (options.has('i') ? text.toLowerCase() : options.has('b') || options.has('w') ? text.replace(/[ \t]+/g, options.has('w') ? '' : ' ') : text)
  const same = clean(a) === clean(b)
  if (same) return 0
  if (options.has('q')) {
    io.out(`Files ${left} and ${right} differ\n`)
    return 1
  }
  const edits = script(linesOf(a), linesOf(b))
  // busybox's diff is always unified.
  if (options.has('u') || options.has('U') || io.style === 'busybox') unified(io, edits, left, right)
  else normal(io, edits)
  return 1
}

function unified(io: CommandIO, edits: ReturnType<typeof script>, left: string, right: string): void {
  io.out(`--- ${left}\n+++ ${right}\n`)
  for (let i = 0; i < edits.length; ) {
    if (edits[i]?.k === ' ') {
      i++
      continue
    }
    const from = Math.max(0, i - CONTEXT)
    let to = i
    for (let quiet = 0, j = i; j < edits.length && quiet <= CONTEXT * 2; j++) {
      quiet = edits[j]?.k === ' ' ? quiet + 1 : 0
      if (quiet === 0) to = j
    }
    const end = Math.min(edits.length, to + 1 + CONTEXT)
    const hunk = edits.slice(from, end)
    const count = (kind: string): number => hunk.filter(e => e.k === ' ' || e.k === kind).length
    const range = (start: number, n: number): string => (n === 1 ? String(start + 1) : `${n === 0 ? start : start + 1},${n}`)
    io.out(`@@ -${range(hunk[0]?.a ?? 0, count('-'))} +${range(hunk[0]?.b ?? 0, count('+'))} @@\n${hunk.map(e => `${e.k}${e.text}\n`).join('')}`)
    i = end
  }
}

function normal(io: CommandIO, edits: ReturnType<typeof script>): void {
  for (let i = 0; i < edits.length; ) {
    if (edits[i]?.k === ' ') {
      i++
      continue
    }
    let j = i
    while (j < edits.length && edits[j]?.k !== ' ') j++
    const removed = edits.slice(i, j).filter(e => e.k === '-')
    const added = edits.slice(i, j).filter(e => e.k === '+')
    const range = (start: number, n: number): string => (n <= 1 ? String(start + 1) : `${start + 1},${start + n}`)
    const first = edits[i] as { a: number; b: number }
    const kind = removed.length === 0 ? 'a' : added.length === 0 ? 'd' : 'c'
    io.out(`${kind === 'a' ? first.a : range(first.a, removed.length)}${kind}${kind === 'd' ? first.b : range(added[0]?.b ?? first.b, added.length)}\n`)
    io.out(removed.map(e => `< ${e.text}\n`).join('') + (kind === 'c' ? '---\n' : '') + added.map(e => `> ${e.text}\n`).join(''))
    i = j
  }
}

const cmp: Command = io => {
  const options = parseOptions(io, 'sl')
  const [left = '', right = '-'] = options.rest
  const read = (name: string): string => (name === '-' ? io.stdin() : io.ctx.files.read(name))
  const [a, b] = [read(left), read(right)]
  if (a === b) return 0
  let at = 0
  while (at < a.length && at < b.length && a[at] === b[at]) at++
  if (!options.has('s')) {
    if (at >= a.length || at >= b.length) io.err(`cmp: EOF on ${a.length < b.length ? left : right}\n`)
    else io.out(`${left} ${right} differ: ${io.style === 'gnu' ? 'byte' : 'char'} ${at + 1}, line ${a.slice(0, at).split('\n').length}\n`)
  }
  return 1
}

const comm: Command = io => {
  const options = parseOptions(io, '123')
  const read = (name: string | undefined): string[] => linesOf(name === '-' || name === undefined ? io.stdin() : io.ctx.files.read(name))
  const [a, b] = [read(options.rest[0]), read(options.rest[1])]
  const put = (column: 1 | 2 | 3, line: string): void => {
    if (options.has(String(column))) return
    io.out(`${'\t'.repeat(column === 1 ? 0 : column === 2 ? (options.has('1') ? 0 : 1) : (options.has('1') ? 0 : 1) + (options.has('2') ? 0 : 1))}${line}\n`)
  }
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (j >= b.length || (i < a.length && (a[i] as string) < (b[j] as string))) put(1, a[i++] as string)
    else if (i >= a.length || (a[i] as string) > (b[j] as string)) put(2, b[j++] as string)
    else {
      put(3, a[i++] as string)
      j++
    }
  }
  return 0
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0')
const visible = (text: string): string => text.replace(/[^ -~]/g, '.')

const hexdump: Command = io => {
  const options = parseOptions(io, 'Cn:s:v')
  return readOperands(io, options.rest, given => {
    const content = options.has('n') ? given.slice(0, Number(options.value('n'))) : given
    for (let i = 0; i < content.length; i += 16) {
      const row = content.slice(i, i + 16)
      const bytes = [...row].map(c => hex(c.charCodeAt(0)))
      if (options.has('C')) io.out(`${i.toString(16).padStart(8, '0')}  ${`${bytes.slice(0, 8).join(' ').padEnd(23)}  ${bytes.slice(8).join(' ')}`.padEnd(49)} |${visible(row)}|\n`)
      else io.out(`${i.toString(16).padStart(7, '0')} ${Array.from({ length: Math.ceil(bytes.length / 2) }, (_, j) => `${bytes[j * 2 + 1] ?? '00'}${bytes[j * 2]}`).join(' ')}\n`)
    }
    if (content.length > 0) io.out(`${content.length.toString(16).padStart(options.has('C') ? 8 : 7, '0')}\n`)
  })
}

const od: Command = io => {
  const options = parseOptions(io, 'A:t:cxbdN:vj:w:')
  const type = options.value('t') ?? (options.has('c') ? 'c' : options.has('x') ? 'x2' : options.has('b') ? 'o1' : 'o2')
  const address = (n: number): string => (options.value('A') === 'n' ? '' : options.value('A') === 'x' ? n.toString(16).padStart(6, '0') : options.value('A') === 'd' ? String(n).padStart(7, '0') : n.toString(8).padStart(7, '0'))
  const named: Record<string, string> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '\0': '\\0', '\b': '\\b', '\f': '\\f', '\v': '\\v', '\x07': '\\a' }
  return readOperands(io, options.rest, given => {
    const content = options.has('N') ? given.slice(0, Number(options.value('N'))) : given
    for (let i = 0; i < content.length; i += 16) {
      const row = [...content.slice(i, i + 16)]
      const codes = row.map(c => c.charCodeAt(0))
      const words = Array.from({ length: Math.ceil(codes.length / 2) }, (_, j) => (codes[j * 2] ?? 0) + ((codes[j * 2 + 1] ?? 0) << 8))
      const cells = type === 'c' ? row.map(c => (named[c] ?? (/[ -~]/.test(c) ? c : c.charCodeAt(0).toString(8).padStart(3, '0'))).padStart(4)).join('') : type.startsWith('x1') ? codes.map(n => ` ${hex(n)}`).join('') : type.startsWith('x') ? words.map(n => ` ${n.toString(16).padStart(4, '0')}`).join('') : type === 'o1' ? codes.map(n => ` ${n.toString(8).padStart(3, '0')}`).join('') : type.startsWith('u1') || type.startsWith('d1') ? codes.map(n => ` ${String(n).padStart(3)}`).join('') : words.map(n => ` ${n.toString(8).padStart(6, '0')}`).join('')
      io.out(`${address(i)}${cells}\n`)
    }
    if (options.value('A') !== 'n') io.out(`${address(content.length)}\n`)
  })
}

const xxd: Command = io => {
  const options = parseOptions(io, 'prl:c:')
  return readOperands(io, options.rest, given => {
    if (options.has('r')) return io.out(Buffer.from(given.replace(/^[0-9a-f]+: ((?:[0-9a-f]{2,4} ?)+).*$/gm, '$1').replace(/\s/g, ''), 'hex').toString('latin1'))
    const content = options.has('l') ? given.slice(0, Number(options.value('l'))) : given
    if (options.has('p')) return io.out(`${Buffer.from(content, 'latin1').toString('hex').replace(/.{60}(?=.)/g, '$&\n')}\n`)
    for (let i = 0; i < content.length; i += 16) {
      const row = content.slice(i, i + 16)
      io.out(`${i.toString(16).padStart(8, '0')}: ${(Buffer.from(row, 'latin1').toString('hex').match(/.{1,4}/g) ?? []).join(' ').padEnd(39)}  ${visible(row)}\n`)
    }
    return undefined
  })
}

const SIZES: Record<string, number> = { '': 1, c: 1, b: 512, k: 1024, K: 1024, kB: 1000, M: 1 << 20, MB: 1e6, m: 1 << 20, G: 1 << 30, g: 1 << 30 }
const MAX_COPY = 64 << 20

const dd: Command = io => {
  const given = new Map(io.args.map(arg => [arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)]))
  const size = (text: string | undefined, fallback: number): number => {
    const m = /^(\d+)([a-zA-Z]*)$/.exec(text ?? '')
    return m === null ? fallback : Number(m[1]) * (SIZES[m[2] as string] ?? 1)
  }
  const block = size(given.get('bs') ?? given.get('ibs'), 512)
  const from = given.get('if')
  const to = given.get('of')
  const count = given.has('count') ? size(given.get('count'), 0) : Infinity
  const skip = size(given.get('skip'), 0) * block
  const wanted = Math.min(count * block, MAX_COPY)
  let data: string
  try {
    data = from === undefined ? io.stdin() : from === '/dev/zero' ? '\0'.repeat(wanted) : from === '/dev/urandom' || from === '/dev/random' ? Array.from({ length: Math.min(wanted, 1 << 16) }, () => String.fromCharCode(Math.floor(io.ctx.random() * 256))).join('') : io.ctx.files.read(from)
  } catch (e) {
    if (!(e instanceof FileError)) throw e
    return io.fail(io.style === 'gnu' ? `failed to open '${from}': ${e.message}` : `can't open '${from}': ${e.message}`)
  }
  data = data.slice(skip, skip + wanted)
  if (to === undefined) io.out(data)
  else if (to !== '/dev/null') {
    const seek = size(given.get('seek'), 0) * block
    const old = io.ctx.files.exists(to) ? io.ctx.files.read(to) : ''
    const keep = (given.get('conv') ?? '').includes('notrunc')
    io.ctx.files.write(to, old.slice(0, seek).padEnd(seek, '\0') + data + (keep ? old.slice(seek + data.length) : ''))
  }
  const full = Math.floor(data.length / block)
  const records = `${full}+${data.length % block === 0 ? 0 : 1}`
  if (given.get('status') === 'none') return 0
  const size1 = (base: number, units: readonly string[]): string => `${(data.length / base ** units.length).toFixed(1)} ${units.at(-1)}`
  const human = data.length < 1000 ? '' : data.length < 1e6 ? ` (${size1(1000, ['kB'])}, ${size1(1024, ['KiB'])})` : ` (${size1(1000, ['kB', 'MB'])}, ${size1(1024, ['KiB', 'MiB'])})`
  const amount = io.style === 'gnu' ? `${data.length} bytes${human} copied, 0.0001 s, 1.0 GB/s` : `${data.length} bytes (${humanSize(data.length)}B) copied, 0.000100 seconds, 1.0GB/s`
  io.err(`${records} records in\n${records} records out\n${amount}\n`)
  return 0
}

const tree: Command = io => {
  const root = io.args.find(arg => !arg.startsWith('-')) ?? '.'
  let directories = 0
  let files = 0
  const show = (path: string, indent: string): void => {
    const entries = io.ctx.files.list(path).filter(e => !e.name.startsWith('.'))
    for (const [i, { name, stat }] of entries.entries()) {
      const isLast = i === entries.length - 1
      io.out(`${indent}${isLast ? '└── ' : '├── '}${name}\n`.replace(/[^\x00-\xff]/g, c => Buffer.from(c, 'utf8').toString('latin1')))
      if (stat.type === 'dir') {
        directories++
        show(inside(path, name), `${indent}${isLast ? '    ' : '│   '}`)
      } else files++
    }
  }
  io.out(`${root}\n`)
  show(root, '')
  io.out(`\n${directories} directories, ${files} files\n`)
  return 0
}

/** A pager without a terminal to page on prints. */
const pager: Command = io => readOperands(io, io.args.filter(arg => !arg.startsWith('-')), content => io.out(content))

export const variousCommands: Readonly<Record<string, Command>> = { diff, cmp, comm, od, hexdump, hd: hexdump, xxd, dd, tree, less: pager, more: pager, strings: io => readOperands(io, io.args, content => io.out((content.match(/[ -~\t]{4,}/g) ?? []).map(s => `${s}\n`).join(''))) }
