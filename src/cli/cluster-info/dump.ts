/** `kubectl cluster-info dump`. upstream: kubectl/pkg/cmd/clusterinfo/clusterinfo_dump.go */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { UsageError } from '../../base/errors'
import type { KubeObject } from '../../kinds/kind'
import { apiVersionOf } from '../../kinds/kind'
import type { Namespace, Pod } from '../../kinds/schema/types/core.v1'
import type { Session } from '../access'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import type { PrintFlags, PrintObject } from '../print-flags'
import { toPrinter } from '../print-flags'
import { resourceOf } from '../resource-of'

export interface Options {
  readonly session: () => Promise<Session>
  readonly io: IOStreams
  /** undefined for all. */
  readonly namespaces: readonly string[] | undefined
  /** Empty for stdout. */
  readonly folder: string
  readonly extension: string
  /** A printer that hands its text on. */
  readonly printTo: (write: (text: string) => void) => PrintObject
}

/** Throws UsageError. */
export function toOptions({ flags }: Invocation<'cluster-info dump'>, factory: Factory): Options {
  const { io } = factory
  const printFlags: PrintFlags = { ...flags, output: flags.output === '' && flags.template === '' ? 'json' : flags.output }
  const folder = flags['output-directory']
  const namespaces = flags.namespaces.length > 0 ? flags.namespaces : ['kube-system', factory.namespace().name]
  const printTo = (write: (text: string) => void): PrintObject => toPrinter(printFlags, { ...io, stdout: text => write(typeof text === 'string' ? text : Buffer.from(text).toString('utf8')) }, { typed: true })
  // A wrong format is told before anything is asked.
  printTo(() => {})
  return {
    session: factory.session, io, printTo,
    namespaces: flags['all-namespaces'] ? undefined : namespaces,
    folder: folder === '-' ? '' : folder,
    extension: printFlags.output === 'json' ? '.json' : printFlags.output === 'yaml' ? '.yaml' : '.txt',
  }
}

/** What is dumped of every namespace, in this order. */
const PARTS: readonly (readonly [file: string, apiVersion: string, kind: string])[] = [
  ['events', 'v1', 'Event'], ['replication-controllers', 'v1', 'ReplicationController'], ['services', 'v1', 'Service'],
  ['daemonsets', 'apps/v1', 'DaemonSet'], ['deployments', 'apps/v1', 'Deployment'], ['replicasets', 'apps/v1', 'ReplicaSet'], ['pods', 'v1', 'Pod'],
]

/** Throws StatusError, UsageError. */
export async function run(options: Options): Promise<void> {
  const { io, folder } = options
  const { client } = await options.session()
  const onStdout = options.printTo(text => io.stdout(text))
  const dump = async (file: string, apiVersion: string, kind: string, namespace?: string): Promise<readonly KubeObject[]> => {
    const resource = resourceOf(apiVersion, kind)
    const { items, metadata } = await client.list(resource, { namespace })
    const list = { kind: `${kind}List`, apiVersion: apiVersionOf(resource), metadata: { resourceVersion: metadata.resourceVersion }, items: items.map(({ kind: _kind, apiVersion: _version, ...rest }) => rest) }
    if (folder === '') onStdout(list)
    else options.printTo(text => write(`${file}${options.extension}`, text, options))(list)
    return items
  }
  await dump('nodes', 'v1', 'Node')
  const namespaces = options.namespaces ?? (await client.list(resourceOf<Namespace>('v1', 'Namespace'))).items.map(n => n.metadata.name)
  for (const namespace of namespaces) {
    let pods: readonly KubeObject[] = []
    for (const [file, apiVersion, kind] of PARTS) pods = await dump(join(namespace, file), apiVersion, kind, namespace)
    for (const pod of pods as readonly KubeObject[] as readonly Pod[]) {
      const logs = await logsOf(pod, await options.session())
      if (folder === '') io.stdout(logs)
      else write(join(namespace, pod.metadata.name, 'logs.txt'), logs, options)
    }
  }
  if (folder !== '') io.stdout(`Cluster info dumped to ${folder}\n`)
}

async function logsOf(pod: Pod, { client }: Session): Promise<string> {
  const { name, namespace } = pod.metadata
  let text = ''
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
    const of = `logs for container ${container.name} of pod ${namespace}/${name} ====\n`
    text += `==== START ${of}`
    try {
      await client.connect(resourceOf<Pod>('v1', 'Pod'), pod, 'log', { query: { container: container.name }, stdout: chunk => void (text += Buffer.from(chunk).toString('utf8')) })
    } catch (error) {
      text += `Request log error: ${(error as Error).message}\n`
    }
    text += `==== END ${of}`
  }
  return text
}

function write(file: string, text: string, { folder, io }: Options): void {
  const path = resolve(io.cwd, folder, file)
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  } catch (error) {
    throw new UsageError(`${(error as Error).message.replace(/^E[A-Z]+: /, '')}`)
  }
}
