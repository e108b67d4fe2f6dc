/** `kubectl debug`: from flags to options. upstream: kubectl/pkg/cmd/debug/debug.go Complete, Validate */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import { readYaml } from '../../base/yaml/reader'
import type { Container } from '../../kinds/schema/types/core.v1'
import type { Session } from '../access'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import type { ResourceBuilder } from '../resource-builder/builder'
import type { ResourceQuery } from '../resource-builder/query'
import { isImageReference } from '../run/options'
import { profileNamed, type Keep, type Profile } from './profiles'

export interface Options {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
  readonly session: () => Promise<Session>
  readonly io: IOStreams
  readonly namespace: string
  readonly attach: boolean
  readonly quiet: boolean
  /** Of the debug container; empty for one that is made up. */
  readonly container: string
  readonly command: readonly string[]
  /** The command stands for `args`, not for `command`. */
  readonly argumentsOnly: boolean
  readonly env: readonly { readonly name: string; readonly value: string }[]
  readonly image: string
  readonly pullPolicy: string
  readonly stdin: boolean
  readonly tty: boolean
  /** Name of the container whose processes are to be seen. */
  readonly target: string
  readonly profile: Profile
  /** A partial container that is merged over the made one. */
  readonly custom: Partial<Container> | undefined
  readonly copy: CopyOptions | undefined
}

export interface CopyOptions {
  readonly name: string
  readonly replace: boolean
  readonly sameNode: boolean
  /** undefined where nobody said. */
  readonly shareProcesses: boolean | undefined
  /** By container, `*` for all others. */
  readonly images: Readonly<Record<string, string>>
  readonly keep: Keep
}

/** Throws UsageError in kubectl's words and order. */
export function toOptions(invocation: Invocation<'debug'>, factory: Factory): Options {
  const { args, argsLenAtDash, flags, changed } = invocation
  const hasCommand = argsLenAtDash >= 0 && args.length > argsLenAtDash
  const { name: namespace, explicit } = factory.namespace()
  const profile = profileNamed(flags.profile)
  const custom = flags.custom === '' ? undefined : customOf(flags.custom, factory.io)
  check(invocation, factory.io)
  if (custom !== undefined && ['name', 'command', 'image', 'lifecycle', 'volumeDevices'].some(field => Object.hasOwn(custom, field)))
    throw new UsageError('name, command, image, lifecycle and volume devices are not modifiable via custom profile')
  if (flags.profile === 'legacy') factory.io.stderr('--profile=legacy is deprecated and planned to be removed in v1.39. It is recommended to specify other profile, for example "--profile=general".\n')
  return {
    query: {
      args: hasCommand ? args.slice(0, argsLenAtDash) : args, defaultType: 'pods', filenames: flags.filename, namespace, enforceNamespace: explicit, typeMeansAll: true, validate: false,
    },
    builder: factory.builder(), session: factory.session, io: factory.io, namespace,
    attach: flags.attach || (!changed.has('attach') && flags.stdin),
    quiet: flags.quiet,
    container: flags.container,
    command: hasCommand ? args.slice(argsLenAtDash) : [],
    argumentsOnly: flags['arguments-only'],
    env: Object.entries(flags.env).map(([name, value]) => ({ name, value })),
    image: flags.image,
    pullPolicy: flags['image-pull-policy'],
    stdin: flags.stdin, tty: flags.tty,
    target: flags.target,
    profile, custom,
    copy: flags['copy-to'] === '' ? undefined : {
      name: flags['copy-to'], replace: flags.replace, sameNode: flags['same-node'],
      shareProcesses: changed.has('share-processes') ? flags['share-processes'] : undefined,
      images: flags['set-image'],
      keep: {
        labels: flags['keep-labels'], annotations: flags['keep-annotations'], liveness: flags['keep-liveness'], readiness: flags['keep-readiness'],
        startup: flags['keep-startup'], initContainers: flags['keep-init-containers'],
      },
    },
  }
}

const INVALID_FORMAT = 'invalid reference format'

/** What comes after the checks that need no cluster and stand in src/cli/usage. */
function check({ flags }: Invocation<'debug'>, io: IOStreams): void {
  if (flags.image !== '' && !isImageReference(flags.image)) throw new UsageError(`invalid image name ${goQuote(flags.image)}: ${INVALID_FORMAT}`)
  const policy = flags['image-pull-policy']
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(policy)) throw new UsageError(`invalid image pull policy: ${policy}`)
  for (const [name, image] of Object.entries(flags['set-image'])) {
    if (!isImageReference(image)) throw new UsageError(`invalid image name ${goQuote(image)} for container ${goQuote(name)}: ${INVALID_FORMAT}`)
  }
  if (flags.target !== '') {
    if (flags['copy-to'] !== '') throw new UsageError('--target is incompatible with --copy-to. Use --share-processes instead.')
    if (!flags.quiet) io.stdout(`Targeting container ${goQuote(flags.target)}. If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`)
  }
  if (flags.tty && !flags.stdin) throw new UsageError('-i/--stdin is required for containers with -t/--tty=true')
}

function customOf(file: string, io: IOStreams): Partial<Container> {
  let text: string
  try {
    text = readFileSync(resolve(io.cwd, file), 'utf8')
  } catch {
    throw new UsageError(`must pass a container spec json file for custom profile: open ${file}: no such file or directory`)
  }
  let value: unknown
  try {
    value = readYaml(text)
  } catch (error) {
    throw new UsageError(`${file} does not contain a valid container spec: ${(error as Error).message}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new UsageError(`${file} does not contain a valid container spec: it is no object`)
  return value as Partial<Container>
}
