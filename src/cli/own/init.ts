/** `kubottle init`: makes a cluster file, and a context of the kubeconfig that names it. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { UsageError } from '../../base/errors'
import { readYaml } from '../../base/yaml/reader'
import { YamlError } from '../../base/yaml/scanner'
import type { Access } from '../access'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import type { KubeconfigAccess } from '../kubeconfig/files'
import { defaultKubeconfig, openKubeconfig, stateFolder } from '../kubeconfig/files'
import { SECTIONS } from '../kubeconfig/model'

export interface Options {
  /** Where the cluster will be. */
  readonly file: string
  /** What the configuration file says; undefined for the defaults. */
  readonly profile: unknown
  readonly replace: boolean
  readonly kubeconfig: KubeconfigAccess
  readonly create: Access['create']
  readonly io: IOStreams
}

/** Throws UsageError for a configuration that cannot be read. */
export function toOptions(invocation: Invocation<'kubottle init'>, { io, access }: Factory): Options {
  const { args, flags } = invocation
  if (args.length > 1) throw invocation.usageError(`at most one FILE can be made, got ${args.length}`)
  return {
    file: args[0] === undefined ? join(stateFolder(io), 'default.db') : resolve(io.cwd, args[0]),
    profile: flags.config === '' ? undefined : readProfile(resolve(io.cwd, flags.config), flags.config),
    replace: flags.force,
    kubeconfig: openKubeconfig(io, flags.kubeconfig),
    create: access.create.bind(access),
    io,
  }
}

/** A file that describes a cluster. Throws UsageError. */
export function readProfile(path: string, shown: string): unknown {
  try {
    return readYaml(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof YamlError) throw new UsageError(`error parsing ${shown}: ${error.message}`)
    throw error
  }
}

export async function run({ file, profile, replace, kubeconfig, create, io }: Options): Promise<void> {
  const names = await create(file, profile, { replace })
  const made = defaultKubeconfig(file, names)
  const config = kubeconfig.exists ? kubeconfig.starting() : made
  for (const section of SECTIONS) for (const [name, entry] of made[section]) (config[section] as Map<string, object>).set(name, entry)
  config.currentContext = made.currentContext
  kubeconfig.write(config)
  io.stdout(`Cluster file ${file} created.\nSwitched to context ${JSON.stringify(names.context)} of ${kubeconfig.defaultFile}.\n`)
}
