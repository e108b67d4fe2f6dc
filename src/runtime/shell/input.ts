/** Where the next command comes from when the stack is empty: nowhere (the text has ended), or lines of stdin. */
import type { Step } from '../program'
import { leaveShell } from './frames'
import { parseShell } from './parser'
import type { Shell } from './shell'
import { valueOf } from './variables'

/** Gives the shell more to do, ends it, or says what to wait for. */
export function nextInput(shell: Shell): Step | undefined {
  const { state, ctx } = shell
  const { input } = state
  if (input.kind === 'text') {
    leaveShell(shell, state.status)
    return
  }
  if (input.interactive && !input.prompted) {
    input.prompted = true
    shell.err(prompt(shell, input.buffer !== ''))
  }
  const line = ctx.readLine(0)
  if (line === '') return { kind: 'wait', on: [{ until: 'readable', fd: 0 }] }
  input.prompted = false
  if (line === undefined) {
    if (input.buffer === '' || input.ended) {
      leaveShell(shell, state.status)
      if (input.interactive && state.flavour === 'bash') shell.err('exit\n')
      return
    }
    input.ended = true
  } else input.buffer += line
  const parsed = parseShell(input.buffer, state.flavour)
  // More lines may complete it.
  if (parsed.incomplete && !input.ended) return
  const text = input.buffer
  input.buffer = ''
  if (parsed.root < 0) return
  const { t } = shell.addText(text)
  shell.push({ k: 'text', t, n: 0, i: 0 })
  return
}

/** PS1 and PS2, with the escapes that the shells' own defaults use. */
function prompt(shell: Shell, isContinued: boolean): string {
  const { state, ctx } = shell
  if (isContinued) return valueOf(state, ctx, 'PS2', 0) ?? '> '
  const isRoot = ctx.user.uid === 0
  const ps1 = valueOf(state, ctx, 'PS1', 0) ?? (state.flavour === 'ash' ? '\\w \\$ ' : state.flavour === 'bash' ? '\\u@\\h:\\w\\$ ' : isRoot ? '# ' : '$ ')
  if (state.flavour === 'dash') return ps1
  const home = state.vars.HOME?.v
  const cwd = home !== undefined && home !== '/' && (ctx.cwd === home || ctx.cwd.startsWith(`${home}/`)) ? `~${ctx.cwd.slice(home.length)}` : ctx.cwd
  return ps1.replace(/\\(.)/g, (whole, c: string) => {
    switch (c) {
      case 'w': return cwd
      case 'W': return cwd.slice(cwd.lastIndexOf('/') + 1) || '/'
      case 'h': return ctx.facts.hostname.split('.')[0] as string
      case 'H': return ctx.facts.hostname
      case 'u': return ctx.user.name
      case '$': return isRoot ? '#' : '$'
      case 's': return state.flavour
      case 'n': return '\n'
      case '[': case ']': return ''
      default: return whole
    }
  })
}
