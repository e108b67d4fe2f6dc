/** Files of the PATH that are called like plugins. upstream: kubectl/pkg/cmd/plugin/plugin.go */
import { lstatSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { goQuote } from '../../base/field'
import type { IOStreams } from '../io-streams'

/** Paths of all files of the PATH that are called like plugins; `note` hears of folders that cannot be read. */
export function pluginsOf(io: IOStreams, note?: (line: string) => void): string[] {
  return [...new Set((io.env['PATH'] ?? '').split(':'))].filter(folder => folder.trim() !== '').flatMap(folder => {
    try {
      // Folders of programs have a thousand files; only those that are called so are looked at.
      const names = readdirSync(resolve(io.cwd, folder)).filter(name => name.startsWith('kubectl-')).sort()
      return names.filter(name => lstatSync(resolve(io.cwd, folder, name), { throwIfNoEntry: false })?.isDirectory() === false).map(name => join(folder, name))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      const why = code === 'ENOENT' ? 'no such file or directory' : code === 'ENOTDIR' ? 'not a directory' : 'permission denied'
      note?.(`Unable to read directory ${goQuote(folder)} from your PATH: open ${folder}: ${why}. Skipping...\n`)
      return []
    }
  })
}
