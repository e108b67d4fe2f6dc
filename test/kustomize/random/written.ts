/** Values as YAML in changing styles: block and flow, quotes of both sorts, comments, anchors. */
import type { Draw } from './draw'

/** A document; one in three is JSON. */
export function written(d: Draw, value: unknown): string {
  if (d.chance(0.35)) return `${JSON.stringify(value)}\n`
  return `${d.chance(0.2) ? '# a comment\n' : ''}${d.chance(0.1) ? '---\n' : ''}${lines(d, JSON.parse(JSON.stringify(value)), '').replace(/^\n/, '')}`
}

function lines(d: Draw, value: unknown, pad: string): string {
  if (Array.isArray(value) && value.length > 0 && !d.chance(0.08)) {
    const inner = d.chance(0.3) ? `${pad}  ` : pad
    return `\n${value.map(v => `${comment(d, inner)}${inner}- ${nested(d, v, `${inner}  `)}`).join('')}`
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0 && !d.chance(0.06)) {
    return `\n${Object.entries(value).map(([k, v]) => `${comment(d, pad)}${pad}${scalar(d, k)}:${spaced(lines(d, v, `${pad}  `))}`).join('')}`
  }
  return `${typeof value === 'object' ? JSON.stringify(value) : scalar(d, value, pad)}${d.chance(0.04) ? ' # why' : ''}\n`
}
/** What follows `- `: a collection goes on on that line. */
function nested(d: Draw, value: unknown, pad: string): string {
  const text = lines(d, value, pad)
  return text.startsWith('\n') ? text.slice(1 + pad.length).replace(/^#.*\n\s*/, '') : text
}
const spaced = (text: string): string => (text.startsWith('\n') ? text : ` ${text}`)
const comment = (d: Draw, pad: string): string => (d.chance(0.03) ? `${pad}# of this\n` : '')

const PLAIN = /^[A-Za-z/$][\w./$()-]*$/
const WORDS = /^(true|false|null|yes|no|on|off|y|n)$/i

function scalar(d: Draw, value: unknown, pad = ''): string {
  if (typeof value !== 'string') return String(value)
  if (PLAIN.test(value) && !WORDS.test(value) && !d.chance(0.1)) return value
  if (/^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(value) && d.chance(0.4)) return `'${value.replaceAll("'", "''")}'`
  if (pad !== '' && /^\S[^\t\r]*\n$/.test(value) && d.chance(0.7)) return `|\n${value.slice(0, -1).split('\n').map(l => (l === '' ? '' : pad + l)).join('\n')}`
  return JSON.stringify(value)
}
