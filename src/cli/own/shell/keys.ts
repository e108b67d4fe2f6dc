/** Which act a key means. upstream: readline's default Emacs bindings */
import type { Act } from './line'

/** As Node tells it. */
export interface Key {
  /** `a`, `left`, `return`, `paste-start` …; undefined for what is only a character. */
  readonly name: string | undefined
  readonly ctrl: boolean
  readonly meta: boolean
  /** What the terminal sent. */
  readonly sequence: string
}

export type Meaning =
  | { readonly edit: Act }
  | { readonly insert: string }
  | { readonly act: 'enter' | 'newline' | 'interrupt' | 'endOrDelete' | 'complete' | 'previous' | 'next' | 'first' | 'last' | 'search' | 'lastWord' | 'clear' | 'undo' | 'escape' | 'pasteStart' | 'pasteEnd' | 'nothing' }

const edit = (act: Act): Meaning => ({ edit: act })

/** Ctrl and a letter. */
function controlled(name: string | undefined): Meaning {
  switch (name) {
    case 'a': return edit('start')
    case 'e': return edit('end')
    case 'b': return edit('left')
    case 'f': return edit('right')
    case 'h': return edit('deleteBack')
    case 'k': return edit('cutToEnd')
    case 'u': return edit('cutToStart')
    case 'w': return edit('cutBlankWord')
    case 'y': return edit('paste')
    case 't': return edit('transpose')
    case 'left': return edit('wordLeft')
    case 'right': return edit('wordRight')
    case 'backspace': return edit('cutWordBack')
    case 'delete': return edit('cutWordAhead')
    case 'c': return { act: 'interrupt' }
    case 'd': return { act: 'endOrDelete' }
    case 'i': return { act: 'complete' }
    case 'j': case 'm': return { act: 'enter' }
    case 'p': return { act: 'previous' }
    case 'n': return { act: 'next' }
    case 'r': return { act: 'search' }
    case 'l': return { act: 'clear' }
    case 'g': return { act: 'escape' }
    default: return { act: 'nothing' }
  }
}

/** Alt, or Escape before it. */
function withMeta(name: string | undefined): Meaning {
  switch (name) {
    case 'b': case 'left': return edit('wordLeft')
    case 'f': case 'right': return edit('wordRight')
    case 'd': return edit('cutWordAhead')
    case 'backspace': return edit('cutWordBack')
    case 'u': return edit('upper')
    case 'l': return edit('lower')
    case 'c': return edit('capital')
    case 'return': case 'enter': return { act: 'newline' }
    case 'escape': return { act: 'escape' }
    default: return { act: 'nothing' }
  }
}

export function meaningOf({ name, ctrl, meta, sequence }: Key): Meaning {
  if (sequence === '\x1b.' || sequence === '\x1b_') return { act: 'lastWord' }
  if (sequence === '\x1b<') return { act: 'first' }
  if (sequence === '\x1b>') return { act: 'last' }
  if (sequence === '\x1f') return { act: 'undo' }
  if (ctrl) return controlled(name)
  if (meta) return withMeta(name)
  switch (name) {
    case 'left': return edit('left')
    case 'right': return edit('right')
    case 'home': return edit('start')
    case 'end': return edit('end')
    case 'backspace': return edit('deleteBack')
    case 'delete': return edit('deleteAhead')
    case 'up': return { act: 'previous' }
    case 'down': return { act: 'next' }
    case 'tab': return { act: 'complete' }
    case 'return': case 'enter': return { act: 'enter' }
    case 'escape': return { act: 'escape' }
    case 'paste-start': return { act: 'pasteStart' }
    case 'paste-end': return { act: 'pasteEnd' }
    default:
      // Function keys and what nobody knows.
      return /^[\x00-\x1f\x7f]/.test(sequence) || sequence === '' ? { act: 'nothing' } : { insert: sequence }
  }
}
