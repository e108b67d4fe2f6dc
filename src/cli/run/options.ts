/** `kubectl run`: from flags to options. upstream: kubectl/pkg/cmd/run/run.go of 1.36 */
import { UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import { isEnvVarName } from '../../base/validation'
import type { KubeObject } from '../../kinds/kind'
import type { Session } from '../access'
import { parsePairs } from '../annotate/annotate'
import type { DeletionPolicy } from '../delete/cascade'
import { cascadeOf } from '../delete/cascade'
import type { Factory } from '../factory'
import type { DryRun, Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import { withOverrides } from '../overrides'
import type { PrintObject } from '../print-flags'
import { toPrinter } from '../print-flags'
import { createRecorder } from '../record'

export interface Options {
  readonly pod: KubeObject
  /** --expose */
  readonly service: KubeObject | undefined
  readonly namespace: string
  readonly enforceNamespace: boolean
  readonly saveConfig: boolean
  readonly dryRun: DryRun
  readonly fieldManager: string
  readonly session: () => Promise<Session>
  readonly io: IOStreams
  readonly print: PrintObject
  /** Objects are printed as YAML: kubectl puts a line of its own between them. */
  readonly isYaml: boolean
  readonly attach: AttachOptions | undefined
}

export interface AttachOptions {
  readonly detachKeys: string
  readonly stdin: boolean
  readonly tty: boolean
  readonly quiet: boolean
  /** --rm */
  readonly remove: boolean
  readonly cascade: DeletionPolicy
  readonly timeoutMs: number
  /** How the command's end counts: `Never` and `OnFailure` are waited for, unless stdin stays open. */
  readonly waitFor: 'completed' | 'succeeded' | undefined
}

const REFERENCE = /^(?:(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[(?:[a-fA-F0-9:]+)\])(?::[0-9]+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$/

/** Whether an image may be called so. upstream: distribution/reference ReferenceRegexp */
export const isImageReference = (image: string): boolean => REFERENCE.test(image)

/** Throws UsageError in kubectl's words and order. */
export function toOptions(invocation: Invocation<'run'>, factory: Factory): Options {
  const { flags, args } = invocation
  const dryRun = invocation.dryRun()
  factory.checkConfig()
  const { name: namespace, explicit: enforceNamespace } = factory.namespace()
  const print = toPrinter(flags, factory.io, { operation: 'created', dryRun, typed: true })
  const cascade = cascadeOf(flags.cascade, factory.io)
  if ((invocation.argsLenAtDash >= 0 ? invocation.argsLenAtDash : args.length) === 0) throw invocation.usageError('NAME is required for run')
  const attaches = flags.attach || (!invocation.changed.has('attach') && flags.stdin)
  check(invocation)
  const restartPolicy = restartPolicyOf(flags.restart, flags.stdin, invocation)
  if (!attaches && flags.rm) throw invocation.usageError('--rm should only be used for attached containers')
  if (attaches && dryRun !== 'none') throw invocation.usageError("--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)")
  checkPullPolicy(flags['image-pull-policy'], invocation)
  const [name = '', ...command] = args
  const labels = parseLabels(flags.labels)
  const selector = labels ?? { run: name }
  const record = createRecorder(invocation as Invocation)
  const pod = record(withOverrides(podOf(invocation, name, selector, command, restartPolicy), flags))
  return {
    pod,
    service: flags.expose ? record(serviceOf(name, labels, selector, Number(flags.port))) : undefined,
    namespace, enforceNamespace, dryRun, print,
    saveConfig: flags['save-config'],
    fieldManager: flags['field-manager'],
    session: factory.session,
    io: factory.io,
    isYaml: flags.output === 'yaml',
    attach: !attaches ? undefined : {
      stdin: flags.stdin, tty: flags.tty, quiet: flags.quiet, remove: flags.rm, cascade, detachKeys: flags['detach-keys'],
      timeoutMs: flags['pod-running-timeout'],
      waitFor: flags['leave-stdin-open'] ? undefined : restartPolicy === 'Never' ? 'completed' : restartPolicy === 'OnFailure' ? 'succeeded' : undefined,
    },
  }
}

function check(invocation: Invocation<'run'>): void {
  const { flags } = invocation
  if (flags['pod-running-timeout'] <= 0) throw new UsageError('--pod-running-timeout must be higher than zero')
  if (flags.image === '') throw new UsageError('--image is required')
  if (!isImageReference(flags.image)) throw new UsageError(`Invalid image name ${goQuote(flags.image)}: invalid reference format`)
  if (flags.tty && !flags.stdin) throw invocation.usageError('-i/--stdin is required for containers with -t/--tty=true')
  if (flags.expose && flags.port === '') throw invocation.usageError('--port must be set when exposing a service')
}

function restartPolicyOf(restart: string, interactive: boolean, invocation: Invocation<'run'>): string {
  if (restart === '') return interactive ? 'OnFailure' : 'Always'
  if (!['Always', 'OnFailure', 'Never'].includes(restart)) throw invocation.usageError(`invalid restart policy: ${restart}`)
  return restart
}

function checkPullPolicy(policy: string, invocation: Invocation<'run'>): void {
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(policy)) throw invocation.usageError(`invalid image pull policy: ${policy}`)
}

/** `a=b,c=d`; undefined for nothing. Throws UsageError. upstream: parseLabels */
export function parseLabels(text: string): Record<string, string> | undefined {
  if (text === '') return undefined
  const labels: Record<string, string> = {}
  for (const spec of text.split(',')) {
    const [key, value, more] = spec.split('=')
    if (key === undefined || value === undefined || more !== undefined) throw new UsageError(`unexpected label spec: ${spec}`)
    if (key === '') throw new UsageError('unexpected empty label key')
    labels[key] = value
  }
  return labels
}

function envOf(texts: readonly string[]): { name: string; value: string }[] {
  return texts.map(text => {
    const equals = text.indexOf('=')
    const name = text.slice(0, Math.max(equals, 0))
    if (equals < 1 || isEnvVarName(name).length > 0) throw new UsageError(`invalid env: ${text}`)
    return { name, value: text.slice(equals + 1) }
  })
}

function portOf(text: string): number {
  if (!/^[-+]?\d+$/.test(text)) throw new UsageError(`strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`)
  return Number(text)
}

function podOf({ flags }: Invocation<'run'>, name: string, labels: Record<string, string>, command: readonly string[], restartPolicy: string): KubeObject {
  const { set, remove } = parsePairs(flags.annotations, 'annotations')
  if (remove.length > 0) throw new UsageError(`invalid annotations format: ${remove.map(key => `${key}-`).join(', ')}`)
  const env = envOf(flags.env)
  const container = {
    name, image: flags.image,
    ...(command.length === 0 ? {} : flags.command ? { command } : { args: command }),
    ...(flags.port === '' ? {} : { ports: [{ containerPort: portOf(flags.port) }] }),
    ...(env.length > 0 ? { env } : {}),
    ...(flags['image-pull-policy'] === '' ? {} : { imagePullPolicy: flags['image-pull-policy'] }),
    ...(flags.privileged ? { securityContext: { privileged: true } } : {}),
    ...(flags.stdin ? { stdin: true } : {}),
    ...(flags.stdin && !flags['leave-stdin-open'] ? { stdinOnce: true } : {}),
    ...(flags.tty ? { tty: true } : {}),
  }
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: { name, labels, ...(Object.keys(set).length > 0 ? { annotations: set } : {}) },
    spec: { containers: [container], restartPolicy, dnsPolicy: 'ClusterFirst' },
  } as KubeObject
}

function serviceOf(name: string, labels: Record<string, string> | undefined, selector: Record<string, string>, port: number): KubeObject {
  return {
    apiVersion: 'v1', kind: 'Service',
    metadata: { name, ...(labels === undefined ? {} : { labels }) },
    spec: { ports: [{ protocol: 'TCP', port, targetPort: port }], selector },
  } as KubeObject
}
