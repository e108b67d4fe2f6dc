/** Which program a file is: images mark their executables, so that a copied binary still runs. */
import { FileError } from '../files/file-system'
import type { FileSystem } from '../files/file-system'
import { absolute, baseName } from '../files/paths'
import type { FoundProgram } from '../program'

/** The content of an executable of an image; busybox chooses its applet by the name it is called with. */
export const executable = (program: string): string => `\x7fELF\x02\x01\x01kubottle:${program}\n`

const MARK = '\x7fELF\x02\x01\x01kubottle:'
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** The program that a name in PATH or a path stands for. */
export function findProgram(files: FileSystem, cwd: string, name: string, path = DEFAULT_PATH): FoundProgram {
  if (name === '') return { kind: 'notFound' }
  if (name.includes('/')) return programAt(files, absolute(cwd, name)) ?? { kind: 'notFound' }
  let refused: FoundProgram | undefined
  for (const directory of path.split(':')) {
    const found = programAt(files, absolute(cwd, `${directory === '' ? '.' : directory}/${name}`))
    if (found === undefined) continue
    if (found.kind !== 'notExecutable') return found
    if (!found.isDirectory) refused ??= found
  }
  return refused ?? { kind: 'notFound' }
}

function programAt(files: FileSystem, path: string): FoundProgram | undefined {
  const stat = files.find(path)
  if (stat === undefined) return undefined
  if (stat.type === 'dir') return { kind: 'notExecutable', path, isDirectory: true }
  if (!files.access(path, 'x')) return { kind: 'notExecutable', path, isDirectory: false }
  let content: string
  try {
    content = files.read(path)
  } catch (e) {
    if (e instanceof FileError) return { kind: 'notExecutable', path, isDirectory: false }
    throw e
  }
  if (content.startsWith(MARK)) {
    const program = content.slice(MARK.length, content.indexOf('\n'))
    return { kind: 'program', path, program: program === 'busybox' ? `busybox:${baseName(path)}` : program }
  }
  if (content.startsWith('\x7fELF')) return { kind: 'notExecutable', path, isDirectory: false }
  const hashBang = /^#![ \t]*(\S+)(?:[ \t]+(.*\S))?/.exec(content)
  const interpreter = hashBang === null ? ['/bin/sh'] : [hashBang[1] as string, ...(hashBang[2] === undefined ? [] : [hashBang[2]])]
  return { kind: 'script', path, argv: [...interpreter, path] }
}
