/** What stands in the file that is edited: a header with what was wrong, and the objects. upstream: kubectl/pkg/cmd/util/editor/editoptions.go */
import { goJson } from '../../base/go-text'
import { readYaml } from '../../base/yaml/reader'
import type { StatusError } from '../../base/status'

export type EditMode = 'edit' | 'last-applied' | 'create'

export interface Reason {
  readonly head: string
  readonly other: readonly string[]
}

const HEADERS: Readonly<Record<EditMode, string>> = {
  edit: '# Please edit the object below. Lines beginning with a \'#\' will be ignored,\n# and an empty file will abort the edit. If an error occurs while saving this file will be\n# reopened with the relevant failures.\n#\n',
  create: '# Please edit the object below. Lines beginning with a \'#\' will be ignored,\n# and an empty file will abort the edit. If an error occurs while saving this file will be\n# reopened with the relevant failures.\n#\n',
  'last-applied': "# Please edit the 'last-applied-configuration' annotations below.\n# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.\n#\n",
}

export function headerText(mode: EditMode, reasons: readonly Reason[]): string {
  const hashed = (text: string): string => text.replace(/\n(?=[^#])/g, '\n# ')
  return HEADERS[mode] + reasons.map(({ head, other }) => `# ${hashed(head)}${other.length > 0 ? ':' : ''}\n${other.map(o => `# * ${hashed(o)}\n`).join('')}#\n`).join('')
}

/** Without the lines that are comments. upstream: cmdutil.ManualStrip */
export const withoutComments = (text: string): string => text.split('\n').filter(line => !/^\s*#(?!!)/.test(line)).join('\n')

/** What the text says, comments and layout apart; the text itself where it is no YAML. upstream: cmdutil.StripComments */
export function meaningOf(text: string): string {
  try {
    return goJson(readYaml(text))
  } catch {
    return withoutComments(text)
  }
}

export const hasLines = (text: string): boolean => text.split('\n').some(line => line.trim() !== '' && !line.trim().startsWith('#'))

/** Why the server refused the object, for the header. */
export const reasonOf = (name: string, { status }: StatusError): Reason => ({ head: `${name} was not valid`, other: (status.details?.causes ?? []).map(c => `${c.field ?? ''}: ${c.message ?? ''}`) })
