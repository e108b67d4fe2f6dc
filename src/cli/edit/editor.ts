/** Opens a text in the user's editor and reads it again. upstream: kubectl/pkg/cmd/util/editor/editor.go */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDraw } from '../../base/draw'
import { UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import type { Factory } from '../factory'

export interface Edited {
  readonly text: string
  /** The file, which is still there. */
  readonly path: string
}

/** `suffix` is `.yaml` or `.json`. The file is left where it is when the editor fails. Throws UsageError. */
export async function editText(text: string, suffix: string, { io, access, clock }: Factory): Promise<Edited> {
  const folder = io.env['TMPDIR'] || '/tmp'
  mkdirSync(folder, { recursive: true })
  const path = freshFile(folder, suffix, String(clock.now()))
  writeFileSync(path, text, { mode: 0o600 })
  const { shown, command } = editorCommand(io.env, path)
  let code: number
  try {
    code = await access.runProgram(command, { env: io.env, cwd: io.cwd })
  } catch {
    // Only a name is looked for; a path is tried.
    throw new UsageError(`${(command[0] as string).includes('/') ? 'there was a problem with' : 'unable to launch'} the editor ${goQuote(shown)}`)
  }
  if (code !== 0) throw new UsageError(`there was a problem with the editor ${goQuote(shown)}`)
  try {
    return { text: readFileSync(path, 'utf8'), path }
  } catch {
    throw new UsageError(`open ${path}: no such file or directory`)
  }
}

function freshFile(folder: string, suffix: string, seed: string): string {
  const draw = createDraw(seed)
  for (let n = 0; ; n++) {
    const path = join(folder, `kubectl-edit-${draw.uint32('edit', 'file', n)}${suffix}`)
    try {
      writeFileSync(path, '', { flag: 'wx' })
      return path
    } catch (error) {
      if ((error as { code?: string }).code !== 'EEXIST') throw error
    }
  }
}

/** KUBE_EDITOR, EDITOR, vi; quotes among blanks are a shell's business. */
function editorCommand(env: Readonly<Record<string, string | undefined>>, path: string): { shown: string; command: string[] } {
  const editor = env['KUBE_EDITOR'] || env['EDITOR'] || 'vi'
  if (!editor.includes(' ')) return { shown: editor, command: [editor, path] }
  if (!/["'\\]/.test(editor)) return { shown: editor, command: [...editor.split(' '), path] }
  const shell = env['SHELL'] || '/bin/bash'
  return { shown: `${shell} -c ${editor}`, command: [shell, '-c', `${editor} ${JSON.stringify(path)}`] }
}

export const removeFile = (path: string): void => rmSync(path, { force: true })
