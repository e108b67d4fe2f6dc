/** `kubectl expose`. upstream: kubectl/pkg/cmd/expose/expose.go */
import { UsageError } from '../../base/errors'
import { parseIntOrString } from '../../base/int-or-string'
import type { Client } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import type { Factory } from '../factory'
import { filesOf } from '../files'
import type { DryRun, FlagsOf, Invocation } from '../invocation'
import { goStructJson } from '../go-struct'
import { saveConfig } from '../last-applied'
import { withOverrides } from '../overrides'
import type { PrintObject } from '../print-flags'
import { toPrinter } from '../print-flags'
import type { Recorder } from '../record'
import { createRecorder } from '../record'
import type { ResourceBuilder } from '../resource-builder/builder'
import type { Info } from '../resource-builder/info'
import type { ResourceQuery } from '../resource-builder/query'
import { resourceOf } from '../resource-of'
import { parseLabels } from '../run/options'
import type { ExposedPort } from './exposable'
import { labelsText, portsOf, requireExposable, selectorOf } from './exposable'

export interface Options {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
  readonly client: () => Promise<Client>
  readonly flags: FlagsOf<'expose'>
  readonly dryRun: DryRun
  readonly record: Recorder
  readonly print: PrintObject
}

/** Throws UsageError. */
export function toOptions(invocation: Invocation<'expose'>, factory: Factory): Options {
  const { args, flags } = invocation
  const dryRun = invocation.dryRun()
  const print = toPrinter(flags, factory.io, { operation: 'exposed', dryRun, typed: true })
  const { name: namespace, explicit } = factory.namespace()
  return {
    query: { args, ...filesOf(flags), namespace, enforceNamespace: explicit, validate: false },
    builder: factory.builder(),
    client: factory.client,
    flags, dryRun,
    record: createRecorder(invocation as Invocation),
    print,
  }
}

export async function run(options: Options): Promise<void> {
  const { query, flags, dryRun } = options
  await options.builder.forEachFetched(query, async info => {
    requireExposable(info)
    const service = options.record(withOverrides(serviceFor(info, flags), flags))
    if (dryRun === 'client') return options.print(query.enforceNamespace === true ? inNamespace(service, query.namespace) : service)
    const body = inNamespace(saveConfig(flags['save-config'], service, goStructJson), query.namespace)
    options.print(await (await options.client()).create(resourceOf('v1', 'Service'), body, { dryRun: dryRun === 'server', fieldManager: flags['field-manager'] }))
  })
}

const inNamespace = <T extends KubeObject>(object: T, namespace: string): T => ({ ...object, metadata: { ...object.metadata, namespace } })

const MAX_NAME = 63

/** upstream: createService */
function serviceFor(info: Info & { readonly object: KubeObject }, flags: FlagsOf<'expose'>): KubeObject {
  const selector = parseLabels(flags.selector || selectorOf(info)) ?? {}
  const known = portsOf(info.object)
  const headless = flags['cluster-ip'] === 'None'
  const numbers = flags.port !== '' ? flags.port.split(',') : [...new Set(known.map(p => String(p.port)))]
  if (numbers.length === 0 && !headless) throw new UsageError("couldn't find port via --port flag or introspection")
  const labels = parseLabels(flags.labels || labelsText(info.object.metadata.labels))
  const target = flags['target-port'] === '' ? undefined : parseIntOrString(flags['target-port'])
  const ports = portsFor(numbers, known, flags.protocol).map(p => ({ ...p, targetPort: target ?? p.port }))
  const affinity = flags['session-affinity']
  if (!['', 'None', 'ClientIP'].includes(affinity)) throw new UsageError(`unknown session affinity: ${affinity}`)
  return {
    apiVersion: 'v1', kind: 'Service',
    metadata: { name: flags.name || info.name.slice(0, MAX_NAME), ...(labels === undefined ? {} : { labels }) },
    spec: {
      ...(ports.length > 0 ? { ports } : {}),
      selector,
      ...(flags['cluster-ip'] === '' ? {} : { clusterIP: flags['cluster-ip'] }),
      ...(flags.type === '' ? {} : { type: flags.type }),
      ...(flags['external-ip'] === '' ? {} : { externalIPs: [flags['external-ip']] }),
      ...(affinity === '' ? {} : { sessionAffinity: affinity }),
      ...(flags.type === 'LoadBalancer' && flags['load-balancer-ip'] !== '' ? { loadBalancerIP: flags['load-balancer-ip'] } : {}),
    },
  } as KubeObject
}

interface Port {
  readonly name?: string
  readonly protocol: string
  readonly port: number
}

function portsFor(numbers: readonly string[], known: readonly ExposedPort[], protocol: string): Port[] {
  return numbers.flatMap((text, i): Port[] => {
    if (!/^[-+]?\d+$/.test(text)) throw new UsageError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`)
    const port = Number(text)
    const named = numbers.length > 1 ? { name: `port-${i + 1}` } : {}
    const protocols = known.filter(p => String(p.port) === text).map(p => p.protocol)
    if (protocol !== '' || protocols.length < 2) return [{ ...named, protocol: protocol || (protocols[0] ?? 'TCP'), port }]
    return protocols.map(p => ({ name: `port-${i + 1}-${p.toLowerCase()}`, protocol: p, port }))
  })
}
