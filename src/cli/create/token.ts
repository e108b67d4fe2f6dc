/** `kubectl create token`. upstream: kubectl/pkg/cmd/create/create_token.go */
import { UsageError } from '../../base/errors'
import { StatusError } from '../../base/status'
import type { Client } from '../../client/client'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import type { PrintObject } from '../print-flags'
import { toPrinter } from '../print-flags'
import { resourceOf } from '../resource-of'

interface TokenRequest {
  readonly apiVersion: string
  readonly kind: string
  readonly spec: object
  readonly status?: { readonly token?: string }
}

export interface Options {
  readonly name: string
  readonly namespace: string
  readonly request: TokenRequest
  readonly client: () => Promise<Client>
  /** undefined: the token alone. */
  readonly print: PrintObject | undefined
  readonly io: IOStreams
}

const BOUND_KINDS: Readonly<Record<string, string>> = { Node: 'v1', Pod: 'v1', Secret: 'v1' }

/** Throws UsageError. */
export function toOptions({ args, flags, changed }: Invocation<'create token'>, factory: Factory): Options {
  factory.checkConfig()
  const namespace = factory.namespace().name
  const print = toPrinter(flags, factory.io, { typed: true })
  const [name = ''] = args
  const [kind, boundName, uid] = [flags['bound-object-kind'], flags['bound-object-name'], flags['bound-object-uid']]
  if (name === '') throw new UsageError('service account name is required')
  if (flags.duration < 0) throw new UsageError('--duration must be greater than or equal to 0')
  if (flags.duration % 1000 !== 0) throw new UsageError('--duration cannot be expressed in units less than seconds')
  if (flags.audience.includes('')) throw new UsageError('--audience must not be an empty string')
  if (kind === '') {
    if (boundName !== '') throw new UsageError('--bound-object-name can only be set if --bound-object-kind is provided')
    if (uid !== '') throw new UsageError('--bound-object-uid can only be set if --bound-object-kind is provided')
  } else {
    if (BOUND_KINDS[kind] === undefined) throw new UsageError(`supported --bound-object-kind values are ${Object.keys(BOUND_KINDS).join(', ')}`)
    if (boundName === '') throw new UsageError('--bound-object-name is required if --bound-object-kind is provided')
  }
  const spec = {
    audiences: flags.audience.length > 0 ? flags.audience : null,
    ...(flags.duration > 0 ? { expirationSeconds: flags.duration / 1000 } : {}),
    ...(kind === '' ? {} : { boundObjectRef: { kind, apiVersion: BOUND_KINDS[kind], name: boundName, ...(uid === '' ? {} : { uid }) } }),
  }
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: {}, spec }
  return { name, namespace, request, client: factory.client, print: changed.has('output') ? print : undefined, io: factory.io }
}

export async function run({ name, namespace, request, client, print, io }: Options): Promise<void> {
  // upstream: client-go/rest Request.Name
  const wrong = name.includes('/') ? "may not contain '/'" : name.includes('%') ? "may not contain '%'" : undefined
  if (wrong !== undefined) throw new UsageError(`failed to create token: invalid resource name ${JSON.stringify(name)}: [${wrong}]`)
  let response: TokenRequest
  try {
    response = await (await client()).createSubresource(resourceOf('v1', 'ServiceAccount'), { metadata: { name, namespace } }, 'token', request)
  } catch (error) {
    throw error instanceof StatusError ? new UsageError(`failed to create token: ${error.message}`) : error
  }
  const token = response.status?.token ?? ''
  if (token === '') throw new UsageError('failed to create token: no token in server response')
  if (print !== undefined) print(response)
  else io.stdout(io.stdoutIsTerminal ? `${token}\n` : token)
}
