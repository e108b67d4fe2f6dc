/** echo, as each shell has it. */
import type { Flavour } from '../shell/lexer'

/** What it prints. busybox and bash take -n, -e, -E; dash knows -n only and always reads escapes. */
export function echo(args: readonly string[], flavour: Flavour | 'gnu'): string {
  let newline = true
  let escapes = flavour === 'dash'
  let at = 0
  for (; at < args.length; at++) {
    const arg = args[at] as string
    if (flavour === 'dash') {
      if (arg !== '-n') break
      newline = false
      at++
      break
    }
    if (!/^-[neE]+$/.test(arg)) break
    for (const letter of arg.slice(1)) {
      if (letter === 'n') newline = false
      else escapes = letter === 'e'
    }
  }
  const text = args.slice(at).join(' ')
  if (!escapes) return newline ? `${text}\n` : text
  const { out, stopped } = unescape(text)
  return newline && !stopped ? `${out}\n` : out
}

const SIMPLE: Record<string, string> = { a: '\x07', b: '\b', e: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' }

/** Escapes of `echo -e` and `printf %b`; `\c` stops the output. */
export function unescape(text: string): { out: string; stopped: boolean } {
  if (!text.includes('\\')) return { out: text, stopped: false }
  let out = ''
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string
    if (c !== '\\' || i + 1 >= text.length) {
      out += c
      continue
    }
    const n = text[++i] as string
    if (n === 'c') return { out, stopped: true }
    const simple = SIMPLE[n]
    const rest = text.slice(i)
    const octal = /^0[0-7]{0,3}|^[1-7][0-7]{0,2}/.exec(rest)
    const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest)
    const unicode = /^(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8}))/.exec(rest)
    if (simple !== undefined) out += simple
    else if (octal !== null) {
      out += String.fromCharCode(parseInt(octal[0], 8) & 0xff)
      i += octal[0].length - 1
    } else if (hex !== null) {
      out += String.fromCharCode(parseInt(hex[1] as string, 16))
      i += hex[0].length - 1
    } else if (unicode !== null) {
      out += Buffer.from(String.fromCodePoint(parseInt((unicode[1] ?? unicode[2]) as string, 16)), 'utf8').toString('latin1')
      i += unicode[0].length - 1
    } else out += `\\${n}`
  }
  return { out, stopped: false }
}
