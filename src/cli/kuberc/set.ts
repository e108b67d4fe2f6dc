/** `kubectl kuberc set`. upstream: kubectl/pkg/cmd/kuberc/set.go */
import { UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import { kubercFile, readPreference, writePreference, type FlagOption, type KubercFile, type Preference } from './preference'

export interface Options {
  readonly io: IOStreams
  readonly file: KubercFile
  readonly section: 'defaults' | 'aliases' | 'credentialplugin'
  readonly command: string
  /** Of the alias. */
  readonly name: string
  readonly flagOptions: readonly FlagOption[]
  readonly prependArgs: readonly string[]
  readonly appendArgs: readonly string[]
  readonly policy: string
  readonly allowlist: readonly { readonly command: string }[]
  readonly overwrite: boolean
}

/** Throws UsageError. */
export function toOptions({ flags }: Invocation<'kuberc set'>, { io }: Factory): Options {
  const file = kubercFile(flags.kuberc, io)
  const section = flags.section as Options['section']
  if (section === 'credentialplugin') checkPolicy(flags.policy, flags['allowlist-entry'])
  return {
    io, file, section, command: flags.command, name: flags.name,
    flagOptions: flags.option.map(flagOption),
    prependArgs: flags.prependarg, appendArgs: flags.appendarg,
    policy: flags.policy,
    allowlist: section === 'credentialplugin' ? allowlistOf(flags['allowlist-entry']) : [],
    overwrite: flags.overwrite,
  }
}

/** Throws UsageError. */
export function run(options: Options): void {
  const { file, io, section } = options
  const preference: Preference = readPreference(file, io) ?? {}
  if (Object.keys(preference).length === 0) Object.assign(preference, { apiVersion: 'kubectl.config.k8s.io/v1beta1', kind: 'Preference' })
  if (section === 'defaults') setDefaults(preference, options)
  else if (section === 'aliases') setAlias(preference, options)
  else {
    preference.credentialPluginPolicy = options.policy
    if (options.policy === 'Allowlist') preference.credentialPluginAllowlist = options.allowlist
  }
  writePreference(preference, file, io)
}

/** `--server-side=true` or `server-side=true` */
function flagOption(text: string): FlagOption {
  const equals = text.indexOf('=')
  if (equals < 0) throw new UsageError(`invalid option format ${goQuote(text)}, expected flag=value`)
  return { name: text.slice(0, equals).replace(/^-+/, ''), default: text.slice(equals + 1) }
}

function setDefaults(preference: Preference, { command, flagOptions, overwrite }: Options): void {
  const known = preference.defaults?.find(d => d.command === command)
  if (known === undefined) {
    preference.defaults = [...(preference.defaults ?? []), { command, options: flagOptions }]
    return
  }
  if (!overwrite) throw new UsageError(`defaults for command ${goQuote(command)} already exist, use --overwrite to replace`)
  if (flagOptions.length > 0) known.options = flagOptions
}

function setAlias(preference: Preference, { name, command, flagOptions, prependArgs, appendArgs, overwrite }: Options): void {
  const known = preference.aliases?.find(a => a.name === name)
  if (known === undefined) {
    preference.aliases = [...(preference.aliases ?? []), { name, command, prependArgs, appendArgs, options: flagOptions }]
    return
  }
  if (!overwrite) throw new UsageError(`alias ${goQuote(name)} already exists, use --overwrite to replace`)
  known.command = command
  // What was not given stays.
  if (flagOptions.length > 0) known.options = flagOptions
  if (prependArgs.length > 0) known.prependArgs = prependArgs
  if (appendArgs.length > 0) known.appendArgs = appendArgs
}

function checkPolicy(policy: string, entries: readonly string[]): void {
  if (policy === '') throw new UsageError('--policy is required when --section=credentialplugin')
  if (!['AllowAll', 'DenyAll', 'Allowlist'].includes(policy)) throw new UsageError(` --policy must be  "AllowAll", "DenyAll", or "Allowlist", got: ${policy}`)
  if (policy !== 'Allowlist' && entries.length > 0) throw new UsageError('--allowlist-entry may only be used when --section=credentialplugin and --policy=Allowlist')
  if (policy === 'Allowlist' && entries.length === 0) throw new UsageError('--allowlist-entry is required when --section=credentialplugin and --policy=Allowlist')
}

function allowlistOf(texts: readonly string[]): { command: string }[] {
  const errors: string[] = []
  const entries: { command: string }[] = []
  for (const pair of texts.flatMap(t => t.split(','))) {
    const equals = pair.indexOf('=')
    const [field, value] = [pair.slice(0, equals), pair.slice(equals + 1)]
    if (equals < 0) errors.push(`improperly formatted allowlist entry: ${goQuote(pair)}`)
    else if (field === 'name') errors.push('allowlist entry field "name" is deprecated, use "command" instead')
    else if (field !== 'command') errors.push(`unrecognized allowlist entry field: ${goQuote(field)}`)
    else if (value.trim() === '') errors.push(`empty value in allowlist entry for field ${goQuote(field)}`)
    else entries.push({ command: value })
  }
  if (errors.length > 0) throw new UsageError(errors.length === 1 ? (errors[0] as string) : `[${errors.join(', ')}]`)
  return entries
}
