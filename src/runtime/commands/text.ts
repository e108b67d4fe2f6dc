/** Commands over text: wc, sort, uniq, cut, tr, rev, seq, nl, tac, paste, fold, checksums, base64. */
import { createHash } from 'node:crypto'
import { characters } from '../files/bytes'
import type { Command } from './command'
import { linesOf, parseOptions, readOperands } from './command'

export const wc: Command = io => {
  const options = parseOptions(io, 'lwcmL', { lines: 'l', words: 'w', bytes: 'c', chars: 'm', 'max-line-length': 'L' })
  const wanted = ['l', 'w', 'm', 'c', 'L'].filter(letter => options.has(letter))
  const letters = wanted.length === 0 ? ['l', 'w', 'c'] : wanted
  const rows: { counts: number[]; name: string }[] = []
  const status = readOperands(io, options.rest, (content, name) => {
    const counts = letters.map(letter => {
      switch (letter) {
        case 'l': return content.split('\n').length - 1
        case 'w': return (content.match(/[^\s]+/g) ?? []).length
        case 'm': return characters(content).length
        case 'L': return Math.max(0, ...content.split('\n').map(line => line.length))
        default: return content.length
      }
    })
    rows.push({ counts, name })
  })
  if (rows.length > 1) rows.push({ counts: letters.map((_, i) => rows.reduce((sum, row) => sum + (row.counts[i] as number), 0)), name: 'total' })
  const single = letters.length === 1 && rows.length <= 1
  // busybox pads to 9 columns, GNU to the widest number (7 when reading stdin).
  const widest = Math.max(0, ...rows.flatMap(row => row.counts.map(n => String(n).length)))
  const width = single ? 0 : io.style === 'gnu' ? (options.rest.length === 0 || options.rest.includes('-') ? 7 : widest) : 9
  for (const { counts, name } of rows) {
    const cells = counts.map((n, i) => String(n).padStart(io.style === 'busybox' && i === 0 && letters.length > 1 ? 9 : width)).join(' ')
    io.out(`${cells}${name === '-' && options.rest.length === 0 ? '' : ` ${name}`}\n`)
  }
  return status
}

interface SortKey {
  from: number
  fromChar: number
  to: number
  toChar: number
  flags: string
}

function parseKey(text: string): SortKey {
  const m = /^(\d+)(?:\.(\d+))?([a-zA-Z]*)(?:,(\d+)(?:\.(\d+))?([a-zA-Z]*))?$/.exec(text)
  return { from: Number(m?.[1] ?? 1), fromChar: Number(m?.[2] ?? 1), to: Number(m?.[4] ?? Infinity), toChar: Number(m?.[5] ?? 0), flags: (m?.[3] ?? '') + (m?.[6] ?? '') }
}

function keyText(line: string, { from, fromChar, to, toChar }: SortKey, separator: string | undefined): string {
  const fields = separator === undefined ? (line.match(/\s*[^\s]+/g) ?? []) : line.split(separator)
  const picked = fields.slice(from - 1, to === Infinity ? undefined : to)
  if (picked.length === 0) return ''
  if (toChar > 0 && to !== Infinity) picked[picked.length - 1] = (picked.at(-1) as string).slice(0, toChar)
  return picked.join(separator ?? '').slice(fromChar - 1)
}

const numeric = (text: string): number => Number(/^\s*([-+]?\d*\.?\d+)/.exec(text)?.[1] ?? 0)
const SIZES: Record<string, number> = { K: 1e3, M: 1e6, G: 1e9, T: 1e12 }
const humanNumber = (text: string): number => numeric(text) * (SIZES[/^\s*[-+]?[\d.]+\s*([KMGT])/i.exec(text)?.[1]?.toUpperCase() ?? ''] ?? 1)
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function compareBy(flags: string, a: string, b: string): number {
  let result: number
  if (flags.includes('n') || flags.includes('g')) result = numeric(a) - numeric(b)
  else if (flags.includes('h')) result = humanNumber(a) - humanNumber(b)
  else if (flags.includes('M')) result = MONTHS.indexOf(a.trim().slice(0, 3).toUpperCase()) - MONTHS.indexOf(b.trim().slice(0, 3).toUpperCase())
  else if (flags.includes('V')) result = compareVersions(a, b)
  else {
    const clean = (text: string): string => {
      let t = flags.includes('b') ? text.trimStart() : text
      if (flags.includes('f')) t = t.toUpperCase()
      return flags.includes('d') ? t.replace(/[^A-Za-z0-9 \t]/g, '') : t
    }
    result = byBytes(clean(a), clean(b))
  }
  return flags.includes('r') ? -result : result
}

function compareVersions(a: string, b: string): number {
  const pieces = (text: string): string[] => text.match(/\d+|\D+/g) ?? []
  const [x, y] = [pieces(a), pieces(b)]
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const [p, q] = [x[i] ?? '', y[i] ?? '']
    const difference = /^\d/.test(p) && /^\d/.test(q) ? Number(p) - Number(q) : byBytes(p, q)
    if (difference !== 0) return difference
  }
  return 0
}

export const sort: Command = io => {
  const options = parseOptions(io, 'nrufbdghiMVcsk:t:o:zT:S:', { numeric: 'n', 'numeric-sort': 'n', reverse: 'r', unique: 'u', key: 'k:', 'field-separator': 't:', output: 'o:', 'human-numeric-sort': 'h', 'version-sort': 'V', stable: 's', 'ignore-case': 'f', check: 'c' })
  let lines: string[] = []
  const status = readOperands(io, options.rest, content => { lines = lines.concat(linesOf(content)) })
  if (status !== 0) return io.style === 'gnu' ? 2 : 1
  const flags = [...'nfbdghMV'].filter(letter => options.has(letter)).join('')
  const keys = options.values('k').map(parseKey)
  const separator = options.value('t')?.replace('\\t', '\t')
  const reverse = options.has('r')
  const compare = (a: string, b: string): number => {
    for (const key of keys) {
      const own = key.flags === '' ? flags + (reverse ? 'r' : '') : key.flags
      const result = compareBy(own, keyText(a, key, separator), keyText(b, key, separator))
      if (result !== 0) return result
    }
    if (keys.length === 0) return compareBy(flags + (reverse ? 'r' : ''), a, b)
    return 0
  }
  const last = (a: string, b: string): number => (options.has('s') || options.has('u') ? 0 : reverse ? byBytes(b, a) : byBytes(a, b))
  if (options.has('c')) {
    for (let i = 1; i < lines.length; i++)
      if (compare(lines[i - 1] as string, lines[i] as string) > 0) {
        io.err(`${io.name}: ${io.style === 'gnu' ? `${options.rest[0] ?? '-'}:${i + 1}: disorder: ${lines[i]}` : `-c: Check line ${i}`}\n`)
        return 1
      }
    return 0
  }
  lines.sort((a, b) => compare(a, b) || last(a, b))
  if (options.has('u')) lines = lines.filter((line, i) => i === 0 || compare(lines[i - 1] as string, line) !== 0)
  const text = lines.length === 0 ? '' : `${lines.join('\n')}\n`
  const file = options.value('o')
  if (file === undefined) io.out(text)
  else io.ctx.files.write(file, text)
  return 0
}

export const uniq: Command = io => {
  const options = parseOptions(io, 'cduif:s:w:z', { count: 'c', repeated: 'd', unique: 'u', 'ignore-case': 'i' })
  let content = ''
  const status = readOperands(io, options.rest.slice(0, 1), text => { content = text })
  if (status !== 0) return status
  const skip = Number(options.value('f') ?? 0)
  const keyOf = (line: string): string => {
    let text = skip > 0 ? line.replace(new RegExp(`^(\\s*\\S+){0,${skip}}`), '') : line
    text = text.slice(Number(options.value('s') ?? 0))
    if (options.has('w')) text = text.slice(0, Number(options.value('w')))
    return options.has('i') ? text.toLowerCase() : text
  }
  const groups: { line: string; count: number }[] = []
  for (const line of linesOf(content)) {
    const previous = groups.at(-1)
    if (previous !== undefined && keyOf(previous.line) === keyOf(line)) previous.count++
    else groups.push({ line, count: 1 })
  }
  const out = groups.filter(({ count }) => (!options.has('d') || count > 1) && (!options.has('u') || count === 1))
    .map(({ line, count }) => `${options.has('c') ? `${String(count).padStart(7)} ` : ''}${line}\n`).join('')
  if (options.rest[1] === undefined) io.out(out)
  else io.ctx.files.write(options.rest[1], out)
  return 0
}

/** `1,3-5,7-` as a test of positions. */
function ranges(text: string): ((n: number) => boolean) | undefined {
  const list: [number, number][] = []
  for (const part of text.split(',')) {
    const m = /^(\d*)(-?)(\d*)$/.exec(part)
    if (m === null || (m[1] === '' && m[3] === '')) return undefined
    const from = m[1] === '' ? 1 : Number(m[1])
    if (from === 0) return undefined
    list.push([from, m[2] === '' ? from : m[3] === '' ? Infinity : Number(m[3])])
  }
  return n => list.some(([from, to]) => n >= from && n <= to)
}

export const cut: Command = io => {
  const options = parseOptions(io, 'b:c:f:d:sn', { bytes: 'b:', characters: 'c:', fields: 'f:', delimiter: 'd:', 'only-delimited': 's', complement: 'x', 'output-delimiter': 'o:' })
  const text = options.value('f') ?? options.value('c') ?? options.value('b')
  if (text === undefined) {
    io.err(io.style === 'gnu' ? "cut: you must specify a list of bytes, characters, or fields\nTry 'cut --help' for more information.\n" : 'cut: expected a list of bytes, characters, or fields\n')
    return 1
  }
  const picks = ranges(text)
  if (picks === undefined) return io.fail(io.style === 'gnu' ? `invalid field value '${text}'` : `bad list '${text}'`)
  const wanted = (n: number): boolean => picks(n) !== options.has('x')
  const delimiter = options.value('d') ?? '\t'
  const joiner = options.value('o') ?? delimiter
  return readOperands(io, options.rest, content => {
    for (const line of linesOf(content)) {
      if (!options.has('f')) {
        io.out(`${(options.has('c') ? characters(line) : line.split('')).filter((_, i) => wanted(i + 1)).join('')}\n`)
        continue
      }
      if (!line.includes(delimiter)) {
        if (!options.has('s')) io.out(`${line}\n`)
        continue
      }
      io.out(`${line.split(delimiter).filter((_, i) => wanted(i + 1)).join(joiner)}\n`)
    }
  })
}

const TR_CLASSES: Record<string, string> = {
  lower: 'abcdefghijklmnopqrstuvwxyz', upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', digit: '0123456789', space: ' \t\n\v\f\r', blank: ' \t', punct: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', xdigit: '0123456789ABCDEFabcdef',
}
TR_CLASSES.alpha = `${TR_CLASSES.upper}${TR_CLASSES.lower}`
TR_CLASSES.alnum = `${TR_CLASSES.digit}${TR_CLASSES.alpha}`
TR_CLASSES.print = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('')
TR_CLASSES.graph = TR_CLASSES.print.slice(1)
TR_CLASSES.cntrl = `${Array.from({ length: 32 }, (_, i) => String.fromCharCode(i)).join('')}\x7f`

function trSet(text: string): string {
  const plain = text.replace(/\[:(\w+):\]/g, (_, name: string) => TR_CLASSES[name] ?? '')
    .replace(/\\([0-7]{1,3}|.)/gs, (_, e: string) => (/^[0-7]/.test(e) ? String.fromCharCode(parseInt(e, 8)) : ({ n: '\n', t: '\t', r: '\r', '\\': '\\', f: '\f', v: '\v', a: '\x07', b: '\b' }[e] ?? e)))
    .replace(/\[(.)\*\]$/s, (_, c: string) => c)
  return plain.replace(/(.)-(.)/gs, (whole, a: string, b: string) => (a <= b ? Array.from({ length: b.charCodeAt(0) - a.charCodeAt(0) + 1 }, (_, i) => String.fromCharCode(a.charCodeAt(0) + i)).join('') : whole))
}

export const tr: Command = io => {
  const options = parseOptions(io, 'dscCt', { delete: 'd', 'squeeze-repeats': 's', complement: 'c' }, true)
  const [first, second] = options.rest
  if (first === undefined || (second === undefined && !options.has('d') && !options.has('s'))) {
    return io.style === 'gnu' ? io.fail(first === undefined ? 'missing operand' : `missing operand after '${first}'`) : io.fail('missing operand')
  }
  const from = trSet(first)
  const to = second === undefined ? '' : trSet(second)
  const complement = options.has('c') || options.has('C')
  const inFrom = (c: string): boolean => from.includes(c) !== complement
  let out = ''
  let previous = ''
  const squeezed = second === undefined || options.has('d') ? (second === undefined ? inFrom : (c: string): boolean => to.includes(c)) : (c: string): boolean => to.includes(c)
  for (const c of io.stdin()) {
    let next = c
    if (inFrom(c)) {
      if (options.has('d')) continue
      if (to !== '') next = complement ? (to.at(-1) as string) : (to[Math.min(from.indexOf(c), to.length - 1)] as string)
    }
    if (options.has('s') && next === previous && squeezed(next)) continue
    out += next
    previous = next
  }
  io.out(out)
  return 0
}

export const rev: Command = io => readOperands(io, io.args, content => io.out(content.replace(/[^\n]+/g, line => characters(line).reverse().join(''))))
export const tac: Command = io => readOperands(io, io.args, content => io.out(linesOf(content).reverse().map(line => `${line}\n`).join('')))

export const nl: Command = io => {
  const options = parseOptions(io, 'b:w:s:v:n:')
  let n = Number(options.value('v') ?? 1)
  return readOperands(io, options.rest, content => {
    for (const line of linesOf(content)) io.out(line === '' && options.value('b') !== 'a' ? `${' '.repeat(Number(options.value('w') ?? 6) + 1)}\n` : `${String(n++).padStart(Number(options.value('w') ?? 6))}${options.value('s') ?? '\t'}${line}\n`)
  })
}

export const paste: Command = io => {
  const options = parseOptions(io, 'd:s', { delimiters: 'd:', serial: 's' })
  const delimiters = (options.value('d') ?? '\t').replace(/\\t/g, '\t').replace(/\\n/g, '\n')
  const columns: string[][] = []
  const own = options.rest.filter(file => file === '-').length
  let seen = 0
  // Several `-` share stdin line by line.
  const status = readOperands(io, options.rest, (content, name) => {
    const lines = linesOf(content)
    columns.push(name === '-' && own > 1 ? lines.filter((_, i) => i % own === seen) : lines)
    if (name === '-') seen++
  })
  if (options.has('s')) for (const column of columns) io.out(`${column.map((cell, i) => (i === 0 ? cell : delimiters[(i - 1) % delimiters.length] + cell)).join('')}\n`)
  else for (let row = 0; row < Math.max(0, ...columns.map(c => c.length)); row++) io.out(`${columns.map((column, i) => (i === 0 ? '' : delimiters[(i - 1) % delimiters.length]) + (column[row] ?? '')).join('')}\n`)
  return status
}

export const fold: Command = io => {
  const options = parseOptions(io, 'w:sb')
  const width = Number(options.value('w') ?? 80)
  return readOperands(io, options.rest, content => {
    for (const line of linesOf(content)) {
      let rest = line
      while (rest.length > width) {
        const space = options.has('s') ? rest.lastIndexOf(' ', width - 1) + 1 : 0
        const at = space > 0 ? space : width
        io.out(`${rest.slice(0, at)}\n`)
        rest = rest.slice(at)
      }
      io.out(`${rest}\n`)
    }
  })
}

export const seq: Command = io => {
  const options = parseOptions({ ...io, args: io.args.map(arg => (/^-\d/.test(arg) ? `\0${arg}` : arg)) }, 's:wf:', { separator: 's:', 'equal-width': 'w' })
  const given = options.rest.map(arg => arg.replace('\0', ''))
  const numbers = given.map(Number)
  const bad = given.find((_, i) => Number.isNaN(numbers[i]))
  if (bad !== undefined || numbers.length === 0) return io.fail(io.style === 'gnu' ? (bad === undefined ? 'missing operand' : `invalid floating point argument: '${bad}'`) : bad === undefined ? 'missing operand' : `invalid number '${bad}'`)
  const [first, step, last] = numbers.length === 1 ? [1, 1, numbers[0] as number] : numbers.length === 2 ? [numbers[0] as number, 1, numbers[1] as number] : (numbers as [number, number, number])
  if (step === 0) return io.fail(io.style === 'gnu' ? "invalid Zero increment value: '0'" : 'increment is 0')
  const places = Math.max(...given.map(text => (text.split('.')[1] ?? '').length))
  const out: string[] = []
  for (let i = 0; out.length < 1_000_000; i++) {
    const value = first + i * step
    if (step > 0 ? value > last + 1e-9 : value < last - 1e-9) break
    out.push(value.toFixed(places))
  }
  const width = options.has('w') ? Math.max(...out.map(text => text.length)) : 0
  if (out.length > 0) io.out(`${out.map(text => text.padStart(width, '0')).join(options.value('s')?.replace(/\\n/g, '\n').replace(/\\t/g, '\t') ?? '\n')}\n`)
  return 0
}

const checksum = (algorithm: string): Command => io => {
  const options = parseOptions(io, 'csw', { check: 'c', status: 's' })
  const digest = (content: string): string => createHash(algorithm).update(Buffer.from(content, 'latin1')).digest('hex')
  if (!options.has('c')) return readOperands(io, options.rest, (content, name) => io.out(`${digest(content)}  ${name}\n`))
  let failed = 0
  readOperands(io, options.rest, content => {
    for (const line of linesOf(content)) {
      const m = /^([0-9a-f]+)[ *]+(.+)$/.exec(line)
      if (m === null) continue
      const ok = io.ctx.files.exists(m[2] as string) && digest(io.ctx.files.read(m[2] as string)) === m[1]
      if (!ok) failed++
      if (!options.has('s')) io.out(`${m[2]}: ${ok ? 'OK' : 'FAILED'}\n`)
    }
  })
  if (failed > 0) io.err(`${io.name}: WARNING: ${failed} of ${failed} computed checksums did NOT match\n`)
  return failed > 0 ? 1 : 0
}

export const base64: Command = io => {
  const options = parseOptions(io, 'diw:', { decode: 'd', wrap: 'w:' })
  const width = Number(options.value('w') ?? 76)
  return readOperands(io, options.rest, content => {
    if (options.has('d')) io.out(Buffer.from(content.replace(/\s/g, ''), 'base64').toString('latin1'))
    else {
      const text = Buffer.from(content, 'latin1').toString('base64')
      io.out(width === 0 ? text : text.replace(new RegExp(`.{1,${width}}`, 'g'), '$&\n'))
    }
  })
}

export const textCommands: Readonly<Record<string, Command>> = {
  wc, sort, uniq, cut, tr, rev, tac, nl, paste, fold, seq, base64,
  md5sum: checksum('md5'), sha1sum: checksum('sha1'), sha256sum: checksum('sha256'), sha512sum: checksum('sha512'),
}

