/** The logs of a node's containers as files on its disk: nobody writes them, they are there when somebody looks. upstream: pkg/kubelet/kuberuntime/legacy.go, cri-api's log format */
import { microTimestamp } from '../../base/clock'
import type { Lister } from '../../client/lister'
import { pod as podKind } from '../../kinds/core/pod/kind'
import { kubeletUid } from '../../kinds/core/pod/static'
import type { Pod } from '../../kinds/schema/types/core.v1'
import type { ContainerLogs, FileEntry, FileStat, VolumeFiles } from '../../runtime/storage'
import { statusesOf } from './addressed'
import { hostVolumeId } from './host-path'

const HOME = '/var/log'
const PODS = `${HOME}/pods`
const CONTAINERS = `${HOME}/containers`
const NODE = hostVolumeId('')

interface Parts {
  readonly lister: () => Lister
  readonly logs: ContainerLogs
}

type Found = { readonly type: 'dir'; readonly names: readonly string[] } | { readonly type: 'file' | 'symlink'; readonly content: string; readonly mtimeMs: number }

/** `2026-11-21T18:00:00.000000000Z stdout F text` */
function logFile(id: string, logs: ContainerLogs): Found {
  const entries = logs.read(id)
  const content = entries.map(e => `${microTimestamp(e.timeMs).replace('Z', '000Z')} ${e.stream} ${e.text.endsWith('\n') ? 'F' : 'P'} ${e.text.replace(/\n$/, '')}\n`).join('')
  return { type: 'file', content, mtimeMs: entries.at(-1)?.timeMs ?? 0 }
}

/** All paths below /var/log that come of pods, with what makes what stands there. */
function tree(nodeName: string, { lister, logs }: Parts): ReadonlyMap<string, () => Found> {
  const found = new Map<string, () => Found>()
  const folders = new Map<string, string[]>([[PODS, []], [CONTAINERS, []]])
  const put = (folder: string, name: string, make: () => Found): void => {
    const names = folders.get(folder)
    if (names === undefined) folders.set(folder, [name])
    else names.push(name)
    found.set(`${folder}/${name}`, make)
  }
  for (const pod of lister().byIndex<Pod>(podKind, 'node', nodeName)) {
    const { name, namespace } = pod.metadata
    const ofPod = `${namespace}_${name}_${kubeletUid(pod)}`
    const statuses = statusesOf(pod).filter(s => (s.containerID ?? '') !== '')
    if (statuses.length === 0) continue
    folders.get(PODS)?.push(ofPod)
    folders.set(`${PODS}/${ofPod}`, statuses.map(s => s.name))
    for (const s of statuses) {
      const runs = [[s.lastState?.terminated?.containerID, s.restartCount - 1], [s.containerID, s.restartCount]] as const
      for (const [containerId, n] of runs) {
        const id = containerId?.replace('containerd://', '') ?? ''
        if (id === '' || n < 0 || (n !== s.restartCount && containerId === s.containerID)) continue
        put(`${PODS}/${ofPod}/${s.name}`, `${n}.log`, () => logFile(id, logs))
        put(CONTAINERS, `${name}_${namespace}_${s.name}-${id}.log`, () => ({ type: 'symlink', content: `${PODS}/${ofPod}/${s.name}/${n}.log`, mtimeMs: 0 }))
      }
    }
  }
  for (const [path, names] of folders) found.set(path, () => ({ type: 'dir', names: [...names].sort() }))
  return found
}

const statOf = (f: Found): FileStat => ({ type: f.type, mode: f.type === 'dir' ? 0o755 : f.type === 'file' ? 0o640 : 0o777, uid: 0, gid: 0, mtimeMs: f.type === 'dir' ? 0 : f.mtimeMs, size: f.type === 'dir' ? 0 : Buffer.byteLength(f.content) })

/** The same files, and on nodes' disks the logs. */
export function withNodeLogs(files: VolumeFiles, parts: Parts): VolumeFiles {
  const look = (id: string, path: string): Found | undefined => (id.startsWith(NODE) && (path.startsWith(PODS) || path.startsWith(CONTAINERS)) ? tree(id.slice(NODE.length), parts).get(path)?.() : undefined)
  return {
    ...files,
    stat(id, path) {
      const found = look(id, path)
      return found === undefined ? files.stat(id, path) : statOf(found)
    },
    get(id, path): FileEntry | undefined {
      const found = look(id, path)
      if (found === undefined) return files.get(id, path)
      const { size: _, ...stat } = statOf(found)
      return { ...stat, ...(found.type === 'dir' ? {} : { content: found.content }) }
    },
    list(id, path) {
      const own = files.list(id, path)
      if (!id.startsWith(NODE) || !path.startsWith(HOME)) return own
      const all = tree(id.slice(NODE.length), parts)
      const dir = path === HOME ? { type: 'dir' as const, names: ['containers', 'pods'] } : all.get(path)?.()
      if (dir?.type !== 'dir') return own
      const made = dir.names.map(name => ({ name, stat: statOf(all.get(`${path}/${name}`)?.() ?? { type: 'dir', names: [] }) }))
      return [...own.filter(o => !dir.names.includes(o.name)), ...made].sort((a, b) => (a.name < b.name ? -1 : 1))
    },
  }
}
