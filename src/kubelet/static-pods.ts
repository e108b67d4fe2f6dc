/** Static pods: what lies in a node's manifest folder runs on it, and a mirror pod shows it to the API. upstream: pkg/kubelet/config/file.go, common.go, pkg/kubelet/pod/mirror_client.go */
import { createHash } from 'node:crypto'
import { microTimestamp } from '../base/clock'
import { ignoringNotFound, StatusError } from '../base/status'
import { readYaml } from '../base/yaml/reader'
import { defineController, type Context, type Watch } from '../client/controller'
import { namespace } from '../kinds/core/namespace/kind'
import { node as nodeKind } from '../kinds/core/node/kind'
import { MANIFEST_PREFIX } from '../kinds/core/node/machine'
import { isOff } from '../kinds/core/node/power'
import { pod as podKind } from '../kinds/core/pod/kind'
import { CONFIG_SOURCE, mirrorHash } from '../kinds/core/pod/static'
import type { Node, Pod } from '../kinds/schema/types/core.v1'
import type { VolumeFiles } from '../runtime/storage'
import { hostVolumeId } from './real/host-path'

export const STATIC_PODS = 'kubelet-static-pods'
const FOLDER = '/etc/kubernetes/manifests'

interface StaticPod {
  readonly hash: string
  readonly pod: Pod
}

/** The static pods of a node, by namespace and name of their mirrors. What cannot be read is left out. */
export function staticPods(files: VolumeFiles, nodeName: string): ReadonlyMap<string, StaticPod> {
  const found = new Map<string, StaticPod>()
  for (const { name, stat } of files.list(hostVolumeId(nodeName), FOLDER)) {
    if (stat.type !== 'file' || name.startsWith('.')) continue
    const content = files.get(hostVolumeId(nodeName), `${FOLDER}/${name}`)?.content ?? ''
    const text = typeof content === 'string' ? content : Buffer.from(content).toString()
    const hash = createHash('md5').update(`${nodeName} ${name} ${text}`).digest('hex')
    const pod = read(text, nodeName)
    if (pod !== undefined) found.set(`${pod.metadata.namespace}/${pod.metadata.name}`, { hash, pod })
  }
  return found
}

/** Does the file behind this mirror pod still lie there? */
export const isWanted = (files: VolumeFiles, nodeName: string, hash: string): boolean => [...staticPods(files, nodeName).values()].some(s => s.hash === hash)

function read(text: string, nodeName: string): Pod | undefined {
  let given: unknown
  try {
    given = readYaml(text)
  } catch {
    return undefined
  }
  const { kind, metadata, spec } = (given ?? {}) as Partial<Pod> & { kind?: string }
  if (kind !== 'Pod' || typeof metadata?.name !== 'string' || typeof spec !== 'object' || spec === null) return undefined
  const tolerations = [...(spec.tolerations ?? []), { effect: 'NoExecute', operator: 'Exists' }]
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: `${metadata.name}-${nodeName.toLowerCase()}`, namespace: metadata.namespace ?? 'default' }, spec: { ...spec, nodeName, tolerations } } as Pod
}

const isMirror = (pod: Pod): boolean => mirrorHash(pod) !== undefined && pod.metadata.annotations?.[CONFIG_SOURCE] === 'file'
const mirrors: Watch<Pod> = { kind: podKind, keys: ({ type, object }) => (type === 'DELETED' && isMirror(object) ? [object.spec.nodeName as string] : []) }
const told = (node: Node): string[] => Object.keys(node.metadata.annotations ?? {}).filter(a => a.startsWith(MANIFEST_PREFIX))

/** @param files the disks of the nodes */
export const staticPodController = (files: VolumeFiles) =>
  defineController<Node>({
    name: STATIC_PODS,
    reconciles: nodeKind,
    concerns: ({ type, object, previous }) => type !== 'DELETED' && (previous === undefined || isOff(object) !== isOff(previous) || told(object).length > 0),
    watches: [mirrors as Watch<never>],

    async reconcile(node, ctx) {
      if (node.metadata.deletionTimestamp !== undefined || isOff(node)) return
      await takeIn(node, files, ctx)
      const { name } = node.metadata
      const wanted = staticPods(files, name)
      for (const pod of ctx.lister.byIndex<Pod>(podKind, 'node', name).filter(isMirror)) {
        const key = `${pod.metadata.namespace}/${pod.metadata.name}`
        if (wanted.get(key)?.hash !== mirrorHash(pod) && pod.metadata.deletionTimestamp === undefined) await ignoringNotFound(ctx.client.delete(podKind, pod, { preconditions: { uid: pod.metadata.uid } }))
      }
      for (const [key, { hash, pod }] of wanted) if (ctx.lister.get(podKind, key.slice(key.indexOf('/') + 1), pod.metadata.namespace) === undefined) await mirror(node, pod, hash, ctx)
    },
  })

const REFUSALS: ReadonlySet<string> = new Set(['AlreadyExists', 'Invalid', 'Forbidden', 'BadRequest'])

/** Puts what was sent to the node where it belongs. */
async function takeIn(node: Node, files: VolumeFiles, { client, clock }: Context): Promise<void> {
  const names = told(node)
  if (names.length === 0) return
  const id = hostVolumeId(node.metadata.name)
  const mtimeMs = Math.floor(clock.now())
  for (const path of ['/etc', '/etc/kubernetes', FOLDER]) if (files.stat(id, path) === undefined) files.put(id, path, { type: 'dir', mode: 0o755, uid: 0, gid: 0, mtimeMs })
  const annotations = { ...node.metadata.annotations }
  for (const name of names) {
    const path = `${FOLDER}/${name.slice(MANIFEST_PREFIX.length)}.yaml`
    const content = annotations[name] as string
    if (content === '') files.remove(id, path)
    else files.put(id, path, { type: 'file', mode: 0o600, uid: 0, gid: 0, mtimeMs, content })
    delete annotations[name]
  }
  await client.update(nodeKind, { ...node, metadata: { ...node.metadata, annotations } })
}

async function mirror(node: Node, pod: Pod, hash: string, { client, clock, lister }: Context): Promise<void> {
  if (lister.get(namespace, pod.metadata.namespace as string) === undefined) return
  const annotations = { ...pod.metadata.annotations, 'kubernetes.io/config.hash': hash, 'kubernetes.io/config.mirror': hash, 'kubernetes.io/config.seen': microTimestamp(clock.now()).replace('Z', '000Z'), [CONFIG_SOURCE]: 'file' }
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: node.metadata.name, uid: node.metadata.uid as string, controller: true }]
  try {
    await client.create(podKind, { ...pod, metadata: { ...pod.metadata, annotations, ownerReferences } })
  } catch (e) {
    // A manifest that the API does not take has no mirror; the real kubelet would run it all the same.
    if (!(e instanceof StatusError) || !REFUSALS.has(e.reason)) throw e
  }
}
