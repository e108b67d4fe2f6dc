/** What all `kubectl create KIND NAME` share: the object is made of flags, created, printed. upstream: kubectl/pkg/cmd/create */
import { UsageError } from '../../base/errors'
import { StatusError } from '../../base/status'
import type { Client } from '../../client/client'
import type { KubeObject, Resource } from '../../kinds/kind'
import type { Factory } from '../factory'
import { goStructJson } from '../go-struct'
import type { CommandPath, DryRun, FieldValidation, FlagsOf, Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import { saveConfig } from '../last-applied'
import type { PrintFlags, PrintObject } from '../print-flags'
import { toPrinter } from '../print-flags'

/** What a generator works with. */
export interface Material<P extends CommandPath> {
  readonly name: string
  /** What stood behind `--`. */
  readonly command: readonly string[]
  readonly flags: FlagsOf<P>
  readonly io: IOStreams
  readonly factory: Factory
}

export interface Generator<P extends CommandPath> {
  readonly resource: () => Resource
  /** Stands before the server's refusal, which is told as a plain error then; undefined: the refusal is told as the server's. */
  readonly failure?: string
  /** The object without namespace. Throws UsageError in kubectl's words. */
  make(material: Material<P>): KubeObject | Promise<KubeObject>
}

export interface Options {
  readonly object: KubeObject
  readonly resource: Resource
  readonly failure: string | undefined
  /** Where it is created; undefined for cluster-scoped kinds. */
  readonly namespace: string | undefined
  readonly dryRun: DryRun
  readonly fieldManager: string
  readonly fieldValidation: FieldValidation
  readonly client: () => Promise<Client>
  readonly print: PrintObject
}

interface GeneratorFlags extends PrintFlags {
  readonly 'save-config': boolean
  readonly 'field-manager': string
}

/** Throws UsageError. */
export async function toOptions<P extends CommandPath>(invocation: Invocation<P>, factory: Factory, generator: Generator<P>): Promise<Options> {
  const { args, flags } = invocation
  const common = flags as unknown as GeneratorFlags
  const resource = generator.resource()
  factory.checkConfig()
  const namespace = resource.scope === 'Namespaced' ? factory.namespace() : undefined
  const dryRun = invocation.dryRun()
  const print = toPrinter(common, factory.io, { operation: 'created', dryRun, typed: true })
  const fieldValidation = invocation.fieldValidation()
  const made = await generator.make({ name: args[0] as string, command: args.slice(1), flags, io: factory.io, factory })
  const placed = namespace?.explicit === true ? { ...made, metadata: { ...made.metadata, namespace: namespace.name } } : made
  return {
    object: saveConfig(common['save-config'], placed, goStructJson),
    resource, failure: generator.failure, namespace: namespace?.name, dryRun, fieldValidation, print,
    fieldManager: common['field-manager'],
    client: factory.client,
  }
}

export async function run({ object, resource, failure, namespace, dryRun, fieldManager, fieldValidation, client, print }: Options): Promise<void> {
  if (dryRun === 'client') return print(object)
  // The namespace is part of the request, not of the body that a person sees with --dry-run=client.
  const body = namespace === undefined ? object : { ...object, metadata: { ...object.metadata, namespace } }
  // A cluster that cannot be opened is no failure to create.
  const cluster = await client()
  try {
    print(await cluster.create(resource, body, { dryRun: dryRun === 'server', fieldManager, fieldValidation }))
  } catch (error) {
    if (failure === undefined || !(error instanceof StatusError || error instanceof UsageError)) throw error
    throw new UsageError(failure + error.message)
  }
}
