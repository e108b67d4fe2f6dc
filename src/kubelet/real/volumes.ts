/** The volumes of a pod as trees of files, and where each container mounts them. upstream: pkg/volume, pkg/kubelet/volumemanager */
import type { Lister } from '../../client/lister'
import { configMap } from '../../kinds/core/config-map/kind'
import type { KubeObject, Resource } from '../../kinds/kind'
import type { ConfigMapProjection, Container, DownwardAPIProjection, KeyToPath, PersistentVolume, PersistentVolumeClaim, Pod, SecretProjection, Volume } from '../../kinds/schema/types/core.v1'
import type { Mount } from '../../runtime/container'
import type { NodeStorage } from '../../runtime/storage'
import { podField, resourceField, secret, type EnvSources } from './env'

export const claim: Resource<PersistentVolumeClaim & KubeObject> = { group: '', version: 'v1', kind: 'PersistentVolumeClaim', plural: 'persistentvolumeclaims', singular: 'persistentvolumeclaim', scope: 'Namespaced' }
export const persistentVolume: Resource<PersistentVolume & KubeObject> = { group: '', version: 'v1', kind: 'PersistentVolume', plural: 'persistentvolumes', singular: 'persistentvolume', scope: 'Cluster' }

/** A volume cannot be mounted yet: told as FailedMount, tried again. */
export class MountError extends Error {
  constructor(
    readonly volume: string,
    message: string,
  ) {
    super(message)
  }
}

export interface VolumeParts extends EnvSources {
  readonly storage: Pick<NodeStorage, 'files'>
  readonly nowMs: number
  /** The text of a service account token, for projected volumes. */
  readonly token: (pod: Pod, audience: string | undefined, seconds: number) => string
}

/** Files of one source, by path below the volume. */
interface Files {
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly defaultMode: number
  readonly modes: ReadonlyMap<string, number>
}

export const podVolumeId = (pod: Pod, name: string): string => `pod/${pod.metadata.uid}/${name}`
export const hostVolumeId = (nodeName: string): string => `node/${nodeName}`

/** A volume that counts as mounted and has no files yet. */
export interface LateMount {
  readonly namespace: string
  readonly pod: string
  readonly volume: string
  readonly atMs: number
}
export type Postpone = (volumeId: string, mount: LateMount) => void

/** How the names of the volumes begin that admission adds for the service account. */
export const CREDENTIALS = 'kube-api-access-'
const canWait = (v: Volume): boolean => v.name.startsWith(CREDENTIALS) && v.projected !== undefined

/** Makes every volume of the pod ready, or throws MountError for the first that is not. */
export function setUpVolumes(parts: VolumeParts, postpone: Postpone): void {
  const { pod, nowMs } = parts
  for (const v of pod.spec.volumes ?? []) {
    if (!canWait(v)) {
      setUpVolume(v, parts)
      continue
    }
    // Whether its sources are there shows now, as always.
    contentOf(v, { ...parts, token: () => '' })
    postpone(podVolumeId(pod, v.name), { namespace: pod.metadata.namespace as string, pod: pod.metadata.name, volume: v.name, atMs: nowMs })
  }
}

/** Brings what follows an object or the pod itself up to date; answers the names of the volumes that changed. */
export function refreshVolumes(parts: VolumeParts): string[] {
  const changed: string[] = []
  for (const v of parts.pod.spec.volumes ?? []) {
    // Tokens are renewed in their own time.
    if (v.projected?.sources?.some(s => s.serviceAccountToken !== undefined) === true) continue
    try {
      const content = contentOf(v, parts)
      if (content !== undefined && writeAtomically(podVolumeId(parts.pod, v.name), content, parts)) changed.push(v.name)
    } catch (e) {
      // What was mounted stays as it is when its source goes.
      if (!(e instanceof MountError)) throw e
    }
  }
  return changed
}

/** Makes one volume ready, or throws MountError. */
export function setUpVolume(v: Volume, parts: VolumeParts): void {
  const { pod, storage, lister } = parts
  if (v.persistentVolumeClaim !== undefined) return void claimed(v.persistentVolumeClaim.claimName, v.name, pod, lister)
  if (v.hostPath !== undefined) return checkHostPath(v, parts)
  const content = contentOf(v, parts)
  if (content === undefined) {
    if (storage.files.version(podVolumeId(pod, v.name)) === 0) storage.files.put(podVolumeId(pod, v.name), '/', { type: 'dir', mode: 0o777, uid: 0, gid: 0, mtimeMs: parts.nowMs })
    return
  }
  writeAtomically(podVolumeId(pod, v.name), content, parts)
}

function contentOf(v: Volume, parts: VolumeParts): Files | undefined {
  const files = new Map<string, Uint8Array>()
  const modes = new Map<string, number>()
  const done = (defaultMode: number | undefined): Files => ({ files, modes, defaultMode: defaultMode ?? 0o644 })
  if (v.configMap !== undefined) {
    addConfigMap(v.name, v.configMap, parts, files, modes)
    return done(v.configMap.defaultMode)
  }
  if (v.secret !== undefined) {
    addSecret(v.name, { name: v.secret.secretName as string, ...(v.secret.items === undefined ? {} : { items: v.secret.items }), ...(v.secret.optional === undefined ? {} : { optional: v.secret.optional }) }, parts, files, modes)
    return done(v.secret.defaultMode)
  }
  if (v.downwardAPI !== undefined) {
    addDownward(v.downwardAPI, parts, files, modes)
    return done(v.downwardAPI.defaultMode)
  }
  if (v.projected === undefined) return undefined
  for (const s of v.projected.sources ?? []) {
    if (s.configMap !== undefined) addConfigMap(v.name, s.configMap, parts, files, modes)
    if (s.secret !== undefined) addSecret(v.name, s.secret, parts, files, modes)
    if (s.downwardAPI !== undefined) addDownward(s.downwardAPI, parts, files, modes)
    if (s.serviceAccountToken !== undefined) files.set(s.serviceAccountToken.path, Buffer.from(parts.token(parts.pod, s.serviceAccountToken.audience, s.serviceAccountToken.expirationSeconds ?? 3600)))
  }
  return done(v.projected.defaultMode)
}

function addConfigMap(volume: string, source: ConfigMapProjection, { pod, lister }: VolumeParts, files: Map<string, Uint8Array>, modes: Map<string, number>): void {
  const found = lister.get(configMap, source.name ?? '', pod.metadata.namespace)
  if (found === undefined) {
    if (source.optional === true) return
    throw new MountError(volume, `configmap "${source.name}" not found`)
  }
  const all = new Map<string, Uint8Array>()
  for (const [k, text] of Object.entries(found.data ?? {})) all.set(k, Buffer.from(text))
  for (const [k, text] of Object.entries(found.binaryData ?? {})) all.set(k, Buffer.from(text, 'base64'))
  pick(all, source.items, source.optional === true, () => new MountError(volume, 'references non-existent config key'), files, modes)
}

function addSecret(volume: string, source: SecretProjection, { pod, lister }: VolumeParts, files: Map<string, Uint8Array>, modes: Map<string, number>): void {
  const found = lister.get(secret, source.name ?? '', pod.metadata.namespace)
  if (found === undefined) {
    if (source.optional === true) return
    throw new MountError(volume, `secret "${source.name}" not found`)
  }
  const all = new Map(Object.entries(found.data ?? {}).map(([k, text]) => [k, new Uint8Array(Buffer.from(text, 'base64'))]))
  pick(all, source.items, source.optional === true, () => new MountError(volume, 'references non-existent secret key'), files, modes)
}

function pick(all: ReadonlyMap<string, Uint8Array>, items: readonly KeyToPath[] | undefined, optional: boolean, missing: () => MountError, files: Map<string, Uint8Array>, modes: Map<string, number>): void {
  if (items === undefined || items.length === 0) {
    for (const [k, content] of all) files.set(k, content)
    return
  }
  for (const { key, path, mode } of items) {
    const content = all.get(key)
    if (content === undefined) {
      if (optional) continue
      const e = missing()
      throw new MountError(e.volume, `${e.message}: ${key}`)
    }
    files.set(path, content)
    if (mode !== undefined) modes.set(path, mode)
  }
}

function addDownward(source: DownwardAPIProjection, parts: VolumeParts, files: Map<string, Uint8Array>, modes: Map<string, number>): void {
  for (const { path, fieldRef, resourceFieldRef, mode } of source.items ?? []) {
    const text = fieldRef !== undefined ? podField(fieldRef.fieldPath, parts) : resourceFieldRef !== undefined ? resourceText(resourceFieldRef, parts) : ''
    files.set(path, Buffer.from(text))
    if (mode !== undefined) modes.set(path, mode)
  }
}

function resourceText(ref: { readonly containerName?: string; readonly resource: string; readonly divisor?: string }, parts: VolumeParts): string {
  const container = [...parts.pod.spec.containers, ...(parts.pod.spec.initContainers ?? [])].find(c => c.name === ref.containerName)
  return container === undefined ? '' : resourceField(ref, container, parts)
}

/** The `..data` scheme: a new folder, then one link that is moved, so that readers see all files change at once. upstream: volume/util/atomic_writer.go */
function writeAtomically(volumeId: string, { files, modes, defaultMode }: Files, { storage, nowMs }: VolumeParts): boolean {
  const fs = storage.files
  const target = fs.get(volumeId, '/..data')
  const current = typeof target?.content === 'string' ? `/${target.content}` : undefined
  if (current !== undefined && sameContent(volumeId, current, files, storage)) return false
  const folder = `..${stamp(nowMs)}`
  if (fs.version(volumeId) === 0) fs.put(volumeId, '/', { type: 'dir', mode: 0o777, uid: 0, gid: 0, mtimeMs: nowMs })
  fs.put(volumeId, `/${folder}`, { type: 'dir', mode: 0o755, uid: 0, gid: 0, mtimeMs: nowMs })
  const tops = new Set<string>()
  for (const [path, content] of files) {
    const parts = path.split('/').filter(p => p !== '')
    for (let i = 1; i < parts.length; i++) fs.put(volumeId, `/${folder}/${parts.slice(0, i).join('/')}`, { type: 'dir', mode: 0o755, uid: 0, gid: 0, mtimeMs: nowMs })
    fs.put(volumeId, `/${folder}/${parts.join('/')}`, { type: 'file', mode: modes.get(path) ?? defaultMode, uid: 0, gid: 0, mtimeMs: nowMs, content: textOrBytes(content) })
    tops.add(parts[0] as string)
  }
  fs.put(volumeId, '/..data', { type: 'symlink', mode: 0o777, uid: 0, gid: 0, mtimeMs: nowMs, content: folder })
  for (const top of tops) fs.put(volumeId, `/${top}`, { type: 'symlink', mode: 0o777, uid: 0, gid: 0, mtimeMs: nowMs, content: `..data/${top}` })
  for (const { name } of fs.list(volumeId, '/')) if (!name.startsWith('..') && !tops.has(name)) fs.remove(volumeId, `/${name}`)
  if (current !== undefined) fs.remove(volumeId, current)
  return true
}

function textOrBytes(content: Uint8Array): string | Uint8Array {
  const text = Buffer.from(content).toString()
  return Buffer.from(text).equals(Buffer.from(content)) ? text : content
}

function sameContent(volumeId: string, folder: string, files: ReadonlyMap<string, Uint8Array>, { files: fs }: VolumeParts['storage']): boolean {
  for (const [path, content] of files) {
    const entry = fs.get(volumeId, `${folder}/${path}`)
    if (entry?.content === undefined || !Buffer.from(entry.content as string).equals(Buffer.from(content))) return false
  }
  const count = (path: string): number => fs.list(volumeId, path).reduce((n, e) => n + (e.stat.type === 'dir' ? count(`${path}/${e.name}`) : 1), 0)
  return count(folder) === files.size
}

/** `2026_11_21_07_46_18.123456789`, as Go's atomic writer names its folders. */
function stamp(nowMs: number): string {
  const iso = new Date(Math.floor(nowMs)).toISOString()
  return `${iso.slice(0, 10).replace(/-/g, '_')}_${iso.slice(11, 19).replace(/:/g, '_')}.${String(Math.floor((nowMs % 1000) * 1e6)).padStart(9, '0')}`
}

/** The directory behind a claim: the volume's own, by its kind. */
function claimed(name: string, volume: string, pod: Pod, lister: Lister): { volumeId: string; subPath: string } {
  const c = lister.get(claim, name, pod.metadata.namespace)
  if (c === undefined) throw new MountError(volume, `persistentvolumeclaim "${name}" not found`)
  const pv = c.spec?.volumeName === undefined ? undefined : lister.get(persistentVolume, c.spec.volumeName)
  if (pv === undefined) throw new MountError(volume, `PVC ${pod.metadata.namespace}/${name} is not bound`)
  const path = pv.spec?.hostPath?.path ?? pv.spec?.local?.path
  return path === undefined ? { volumeId: `pv/${pv.metadata.uid}`, subPath: '' } : { volumeId: hostVolumeId(pod.spec.nodeName as string), subPath: path }
}

/** upstream: pkg/volume/hostpath */
function checkHostPath(v: Volume, { pod, storage, nowMs }: VolumeParts): void {
  const path = v.hostPath?.path ?? '/'
  const type = v.hostPath?.type ?? ''
  const id = hostVolumeId(pod.spec.nodeName as string)
  const stat = storage.files.stat(id, path)
  const fail = (what: string): never => {
    throw new MountError(v.name, `hostPath type check failed: ${path} is not ${what}`)
  }
  const make = (entry: 'dir' | 'file'): void => {
    const parts = path.split('/').filter(p => p !== '')
    for (let i = 1; i < parts.length; i++) if (storage.files.stat(id, `/${parts.slice(0, i).join('/')}`) === undefined) storage.files.put(id, `/${parts.slice(0, i).join('/')}`, { type: 'dir', mode: 0o755, uid: 0, gid: 0, mtimeMs: nowMs })
    storage.files.put(id, path, entry === 'dir' ? { type: 'dir', mode: 0o755, uid: 0, gid: 0, mtimeMs: nowMs } : { type: 'file', mode: 0o644, uid: 0, gid: 0, mtimeMs: nowMs, content: '' })
  }
  if (type === 'Directory' && stat?.type !== 'dir' && path !== '/') fail('a directory')
  else if (type === 'File' && stat?.type !== 'file') fail('a file')
  else if (type === 'Socket') fail('a socket file')
  else if (type === 'CharDevice') fail('a character device')
  else if (type === 'BlockDevice') fail('a block device')
  else if (stat === undefined && path !== '/') make(type === 'FileOrCreate' ? 'file' : 'dir')
}

/** Where one container sees the pod's volumes. */
export function mountsOf(container: Container, parts: Pick<VolumeParts, 'pod' | 'lister'>, expandPath: (text: string) => string): Mount[] {
  const { pod, lister } = parts
  return (container.volumeMounts ?? []).flatMap(m => {
    const v = pod.spec.volumes?.find(x => x.name === m.name)
    if (v === undefined) return []
    const inner = m.subPathExpr !== undefined && m.subPathExpr !== '' ? expandPath(m.subPathExpr) : (m.subPath ?? '')
    const at = v.persistentVolumeClaim !== undefined ? claimed(v.persistentVolumeClaim.claimName, v.name, pod, lister) : v.hostPath !== undefined ? { volumeId: hostVolumeId(pod.spec.nodeName as string), subPath: v.hostPath.path } : { volumeId: podVolumeId(pod, v.name), subPath: '' }
    const subPath = [at.subPath, inner].filter(p => p !== '' && p !== '/').join('/')
    const memory = v.secret !== undefined || v.projected !== undefined || v.downwardAPI !== undefined || v.emptyDir?.medium === 'Memory'
    return [{ mountPath: m.mountPath, volumeId: at.volumeId, ...(subPath === '' ? {} : { subPath }), ...(m.readOnly === true || v.configMap !== undefined || v.secret !== undefined || v.projected !== undefined || v.downwardAPI !== undefined ? { readOnly: true } : {}), ...(memory ? { fileSystem: 'tmpfs' } : {}) }]
  })
}
