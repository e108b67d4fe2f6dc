/** The kuberc file as `kubectl kuberc` reads and writes it. upstream: kubectl/pkg/kuberc, pkg/config/v1beta1 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { UsageError } from '../../base/errors'
import { readYaml } from '../../base/yaml/reader'
import type { IOStreams } from '../io-streams'
import { yamlText } from '../../base/yaml/writer'

export interface FlagOption {
  readonly name: string
  readonly default: string
}

/** Fields of other tools stay as they are. */
export interface Preference {
  apiVersion?: string
  kind?: string
  defaults?: { command: string; options?: readonly FlagOption[] }[]
  aliases?: { name: string; command: string; prependArgs?: readonly string[]; appendArgs?: readonly string[]; options?: readonly FlagOption[] }[]
  credentialPluginPolicy?: string
  credentialPluginAllowlist?: readonly { readonly command: string }[]
}

export interface KubercFile {
  /** As the user wrote it. */
  readonly path: string
  /** By flag or environment. */
  readonly explicit: boolean
}

/** Throws UsageError where it is switched off. upstream: LoadKuberc */
export function kubercFile(flag: string, { env }: IOStreams): KubercFile {
  if (env['KUBERC'] === 'off') {
    throw new UsageError(flag === '' ? 'KUBERC is disabled via KUBERC=off environment variable' : 'disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive')
  }
  if (flag !== '') return { path: flag, explicit: true }
  if ((env['KUBERC'] ?? '') !== '') return { path: env['KUBERC'] as string, explicit: true }
  return { path: join(env['HOME'] || '/', '.kube', 'kuberc'), explicit: false }
}

/** undefined where there is no file. Throws UsageError for one that cannot be read. */
export function readPreference({ path }: KubercFile, { cwd }: IOStreams): Preference | undefined {
  let text: string
  try {
    text = readFileSync(resolve(cwd, path), 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new UsageError(`error reading kuberc file: ${code === 'EISDIR' ? `read ${path}: is a directory` : `open ${path}: permission denied`}`)
  }
  try {
    return (readYaml(text) ?? {}) as Preference
  } catch (error) {
    throw new UsageError(`error parsing kuberc file: ${(error as Error).message.split('\n')[0]}`)
  }
}

/** Throws UsageError. */
export function writePreference(preference: Preference, { path }: KubercFile, { cwd, stdout }: IOStreams): void {
  const absolute = resolve(cwd, path)
  try {
    mkdirSync(dirname(absolute), { recursive: true })
    writeFileSync(absolute, yamlText(asWritten(preference)))
  } catch (error) {
    throw new UsageError(`failed to write kuberc file: ${(error as Error).message.replace(/^E[A-Z]+: /, '')}`)
  }
  stdout(`Updated ${path}\n`)
}

/** With what Go writes of empty lists: nothing, or `null` where the field is always there. */
export function asWritten({ defaults, aliases, ...rest }: Preference): object {
  const given = <T>(list: readonly T[] | undefined): readonly T[] | undefined => ((list ?? []).length === 0 ? undefined : list)
  return {
    ...rest,
    aliases: aliases?.map(a => ({ ...a, prependArgs: given(a.prependArgs), appendArgs: given(a.appendArgs), options: given(a.options) })) ?? null,
    defaults: defaults?.map(d => ({ ...d, options: given(d.options) ?? null })) ?? null,
  }
}
