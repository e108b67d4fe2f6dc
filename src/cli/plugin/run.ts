/** `kubectl foo bar` runs the program kubectl-foo-bar of the PATH when there is no such command. upstream: kubectl/pkg/cmd/cmd.go HandlePluginCommand */
import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Access } from '../access'
import type { IOStreams } from '../io-streams'

/** The plugin's exit code, undefined when there is no plugin. At least `minWords` words must be part of its name. */
export async function runPlugin(words: readonly string[], io: IOStreams, access: Access, minWords = 0): Promise<number | undefined> {
  const name: string[] = []
  for (const word of words) {
    if (word.startsWith('-')) break
    name.push(word.replaceAll('-', '_'))
  }
  if (name[0] === 'help' || name[0]?.startsWith('__complete')) return undefined
  if (name.length === 0) {
    io.stderr(`Error: flags cannot be placed before plugin name: ${words[0]}\n`)
    return 1
  }
  for (let length = name.length; length > minWords; length--) {
    const path = lookUp(`kubectl-${name.slice(0, length).join('-')}`, io)
    if (path === undefined) continue
    if (!isProgram(resolve(io.cwd, path))) {
      io.stderr('Error: exec format error\n')
      return 1
    }
    return access.runProgram([path, ...words.slice(length)], { env: io.env, cwd: io.cwd })
  }
  return undefined
}

/** Whether the system runs it by itself; C libraries hand other files to sh, Go does not. */
function isProgram(path: string): boolean {
  const head = Buffer.alloc(HEAD_BYTES)
  try {
    const file = openSync(path, 'r')
    try {
      readSync(file, head)
    } finally {
      closeSync(file)
    }
  } catch {
    // Who may not read it may run it.
    return true
  }
  return head.toString('latin1', 0, 2) === '#!' || process.platform === 'win32' || MAGIC.includes(head.readUInt32BE())
}

const HEAD_BYTES = 4
/** ELF, and the forms of Mach-O. */
const MAGIC = [0x7f454c46, 0xcafebabe, 0xcefaedfe, 0xcffaedfe, 0xfeedface, 0xfeedfacf]

/** The program of that name on the PATH. */
export function lookUp(file: string, io: IOStreams): string | undefined {
  for (const folder of (io.env['PATH'] ?? '').split(':')) {
    const path = join(folder === '' ? '.' : folder, file)
    if (isExecutable(resolve(io.cwd, path))) return path
  }
  return undefined
}

/** A file that this process may run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
