/** Opens a text in the user's editor and reads it again. upstream: kubectl/pkg/cmd/util/editor/editor.go */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDraw } from '../../base/draw'
import { UsageError } from '../../base/errors'
import type { Factory } from '../factory'

export interface Edited {
  readonly text: string
  /** The file, which is still there. */
  readonly path: string
}

/** What an editor left behind when it failed, too. */
export class EditorError extends UsageError {
  constructor(message: string, readonly path: string) {
    super(message)
  }
}

/** `suffix` is `.yaml` or `.json`. Throws EditorError. */
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
    throw new EditorError(`unable to launch the editor ${JSON.stringify(shown)}`, path)
  }
  if (code !== 0) throw new EditorError(`there was a problem with the editor ${JSON.stringify(shown)}`, path)
  return { text: readFileSync(path, 'utf8'), path }
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

/** KUBE_EDITOR, EDITOR, vi; quotes are a shell's business. */
function editorCommand(env: Readonly<Record<string, string | undefined>>, path: string): { shown: string; command: string[] } {
  const editor = env['KUBE_EDITOR'] || env['EDITOR'] || 'vi'
  if (!/["'\\]/.test(editor)) return { shown: editor, command: [...editor.split(' '), path] }
  const shell = env['SHELL'] || '/bin/bash'
  return { shown: `${shell} -c ${editor}`, command: [shell, '-c', `${editor} ${JSON.stringify(path)}`] }
}

export const removeFile = (path: string): void => rmSync(path, { force: true })
