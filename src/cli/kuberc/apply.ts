/** Preferences of kubectl: aliases and defaults of flags, worked into the command line before it is read. upstream: kubectl/pkg/kuberc */
import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import type { Found } from '../flags/find'
import { findCommand } from '../flags/find'
import { FlagError, parseFlags } from '../flags/parse'
import type { IOStreams } from '../io-streams'
import { decodePreferences, type Option, type Preferences } from './decode'

/** Printed as `error occurred while applying preferences …`. */
export class KubercError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'KubercError'
  }
}

/** The words to read instead of `words`. Throws KubercError. */
export function applyKuberc(words: readonly string[], io: IOStreams): readonly string[] {
  if (words.length === 0 || io.env['KUBECTL_KUBERC']?.toLowerCase() === 'false') return words
  const named = explicitFile(words)
  if (io.env['KUBERC'] === 'off') {
    if (named === undefined) return words
    throw new KubercError('kuberc error disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive')
  }
  const preference = readPreference(named, io)
  if (preference === undefined) return words
  check(preference)
  const aliased = withAlias(preference, words)
  // An alias is a command of its own, which has no defaults but its options.
  return aliased === words ? withDefaults(preference, words, io) : aliased
}

function explicitFile(words: readonly string[]): string | undefined {
  for (const [i, word] of words.entries()) {
    if (word === '--') return undefined
    const value = word === '--kuberc' ? words[i + 1] : word.includes('--kuberc=') ? word.split('=')[1] : null
    if (value === null) continue
    if (value === undefined || (value === '' && word !== '--kuberc')) throw new KubercError('kuberc file is not found')
    return value === '' ? undefined : value
  }
  return undefined
}

/** upstream: DefaultGetPreferences. Throws KubercError. */
function readPreference(named: string | undefined, io: IOStreams): Preferences | undefined {
  const explicit = named ?? (io.env['KUBERC'] || undefined)
  const file = explicit ?? (io.env['HOME'] ? join(io.env['HOME'], '.kube', 'kuberc') : '')
  if (file === '') return undefined
  const path = isAbsolute(file) ? file : resolve(io.cwd, file)
  // Nearly nobody has one, and an error costs more than a look.
  if (explicit === undefined && !existsSync(path)) return undefined
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return unusable(explicit, file, code === 'EISDIR' ? `read ${file}: is a directory` : `open ${file}: ${code === 'ENOENT' ? 'no such file or directory' : 'permission denied'}`, io)
  }
  try {
    const decoded = decodePreferences(text, file)
    if (decoded !== undefined && decoded.warning !== '') io.stderr(`kuberc: ignoring strict decoding error in ${file}: ${decoded.warning}`)
    return decoded?.preferences
  } catch (error) {
    return unusable(explicit, file, (error as Error).message, io)
  }
}

/** Only what was asked for has to be right. */
function unusable(explicit: string | undefined, file: string, why: string, io: IOStreams): undefined {
  if (explicit !== undefined) throw new KubercError(`kuberc error kuberc: ${why}`)
  io.stderr(`kuberc: no preferences loaded from ${file}: ${why}`)
  return undefined
}

function check({ defaults, aliases }: Preferences): void {
  const seen = new Set<string>()
  for (const alias of aliases) {
    if (!/^[a-zA-Z]+$/.test(alias.name)) throw new KubercError('invalid alias name, can only include alphabetical characters')
    if (seen.has(alias.name)) throw new KubercError(`duplicate alias name ${alias.name}`)
    seen.add(alias.name)
  }
  for (const { options } of [...aliases, ...defaults]) {
    for (const { name } of options) if (name.startsWith('-')) throw new KubercError(`flag name ${name} should be in long form without dashes`)
  }
}

function find(words: readonly string[]): Found | undefined {
  try {
    return findCommand('kubectl', words)
  } catch {
    return undefined
  }
}

function withAlias({ aliases }: Preferences, words: readonly string[]): readonly string[] {
  if (find(words) !== undefined) return words
  const at = words.findIndex(word => !word.startsWith('-'))
  const alias = aliases.find(a => a.name === words[at])
  if (alias === undefined) return words
  const command = alias.command.split(/\s+/).filter(w => w !== '')
  const found = find(command)
  if (found === undefined) throw new KubercError(`command ${JSON.stringify(alias.command)} not found to set alias ${JSON.stringify(alias.name)}: [${command.join(' ')}]`)
  const options = optionWords(found, alias.options, words, `invalid alias flag %s in alias ${alias.name}`, `could not apply value %v to flag %s in alias kubectl`)
  return [...words.slice(0, at), ...command, ...options, ...alias.prependArgs, ...words.slice(at + 1), ...alias.appendArgs]
}

function withDefaults({ defaults }: Preferences, words: readonly string[], io: IOStreams): readonly string[] {
  const found = find(words)
  if (found === undefined) return words
  let out = words
  for (const { command, options } of defaults) {
    const meant = find(command.split(/\s+/).filter(w => w !== ''))
    if (meant === undefined) io.stderr(`Warning: command ${JSON.stringify(command)} not found to set kuberc override\n`)
    // Upstream compares the last words of the two commands alone.
    if (meant === undefined || lastWord(meant) !== lastWord(found)) continue
    const extra = optionWords(found, options, words, `invalid flag %s for command ${command}`, `could not apply override value %v to flag %s in command ${command}`)
    const dash = out.indexOf('--')
    out = dash < 0 ? [...out, ...extra] : [...out.slice(0, dash), ...extra, ...out.slice(dash)]
  }
  return out
}

const lastWord = ({ command: { path } }: Found): string => path.slice(path.lastIndexOf(' ') + 1)

/** `--name=value` for each option that is not on the command line already. `unknown` and `refused` are what is said of flags that are not there, and of values. */
function optionWords({ command }: Found, options: readonly Option[], words: readonly string[], unknown: string, refused: string): string[] {
  const dash = words.indexOf('--')
  const given = dash < 0 ? words : words.slice(0, dash)
  return options.flatMap(({ name, default: value }) => {
    const flag = command.flags.get(name)
    if (flag === undefined) throw new KubercError(unknown.replace('%s', name))
    const long = given.some(w => w === `--${name}` || w.startsWith(`--${name}=`))
    const short = flag.short !== undefined && given.some(w => /^-[^-]/.test(w) && w.split('=')[0]?.includes(flag.short as string))
    if (long || short) return []
    try {
      parseFlags(command, [`--${name}=${value}`])
    } catch (error) {
      if (error instanceof FlagError) throw new KubercError(`${refused.replace('%v', () => value).replace('%s', name)} err: ${error.message}`)
      throw error
    }
    return [`--${name}=${value}`]
  })
}
