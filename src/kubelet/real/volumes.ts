/** The volumes of a pod as trees of files. upstream: pkg/volume, pkg/kubelet/volumemanager */
import { configMap } from '../../kinds/core/config-map/kind'
import type { ConfigMapProjection, DownwardAPIProjection, KeyToPath, Pod, SecretProjection, ServiceAccountTokenProjection, Volume } from '../../kinds/schema/types/core.v1'
import type { ImageCatalogue } from '../../runtime/images/catalogue'
import type { NodeStorage } from '../../runtime/storage'
import { podField, resourceField, secret, type EnvSources } from './env'
import { imageFiles } from './image-volume'
import { MountError } from './mount-error'
import { follow } from './mounts'
import { GROUP_DIRECTORY, GROUP_ENTERS, GROUP_READS, giveToGroup, tokenUser } from './volume-owner'
import { podVolumeId, placeOf, reachPlace } from './volume-places'

export interface VolumeParts extends EnvSources {
  readonly storage: Pick<NodeStorage, 'files'>
  readonly nowMs: number
  /** The text of a service account token, for projected volumes. */
  readonly token: (pod: Pod, audience: string | undefined, seconds: number) => string
  /** Tokens that are there already are made anew. */
  readonly renewsTokens?: boolean
  readonly images: Pick<ImageCatalogue, 'pull' | 'files'>
}

/** Files of one source, by path below the volume. */
interface Files {
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly defaultMode: number
  readonly modes: ReadonlyMap<string, number>
  /** Who owns them, root when absent. */
  readonly uid?: number | undefined
}

/** A volume that counts as mounted and has no files yet. */
export interface LateMount {
  readonly namespace: string
  readonly pod: string
  readonly volume: string
  readonly atMs: number
  /** The files are there, and their token is good until then. */
  readonly renewAtMs?: number
}
export type Postpone = (volumeId: string, mount: LateMount) => void

/** How the names of the volumes begin that admission adds for the service account. */
export const CREDENTIALS = 'kube-api-access-'
/** How long the volume's tokens are used. upstream: pkg/kubelet/token/token_manager.go requiresRefresh */
export function renewAfterMs(v: Volume): number {
  const seconds = v.projected?.sources?.flatMap(s => (s.serviceAccountToken === undefined ? [] : [s.serviceAccountToken.expirationSeconds ?? 3600])) ?? []
  return Math.min(...seconds.map(s => s * 800), DAY_MS)
}
const DAY_MS = 86_400_000

export const canWait = (v: Volume): boolean => v.name.startsWith(CREDENTIALS) && v.projected !== undefined

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
    if (canWait(v)) continue
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
  const { pod, storage: { files }, nowMs } = parts
  reachPlace(v, parts)
  const elsewhere = placeOf(v, parts)
  if (elsewhere !== undefined) return giveToGroup(v, elsewhere, parts)
  const id = podVolumeId(pod, v.name)
  const content = contentOf(v, parts)
  if (content !== undefined) writeAtomically(id, content, parts)
  else if (files.version(id) > 0) return
  else if (v.image !== undefined) imageFiles(v, id, parts)
  else {
    const group = pod.spec.securityContext?.fsGroup
    files.put(id, '/', { type: 'dir', mode: 0o777 | (group === undefined ? 0 : GROUP_DIRECTORY), uid: 0, gid: group ?? 0, mtimeMs: nowMs })
  }
}

function contentOf(v: Volume, parts: VolumeParts): Files | undefined {
  const files = new Map<string, Uint8Array>()
  const modes = new Map<string, number>()
  const done = (defaultMode: number | undefined, uid?: number): Files => ({ files, modes, defaultMode: defaultMode ?? 0o644, uid })
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
  const owner = v.projected.sources?.some(s => s.serviceAccountToken !== undefined) === true ? tokenUser(parts.pod) : undefined
  for (const s of v.projected.sources ?? []) {
    if (s.configMap !== undefined) addConfigMap(v.name, s.configMap, parts, files, modes)
    if (s.secret !== undefined) addSecret(v.name, s.secret, parts, files, modes)
    if (s.downwardAPI !== undefined) addDownward(s.downwardAPI, parts, files, modes)
    if (s.serviceAccountToken !== undefined) {
      files.set(s.serviceAccountToken.path, tokenFile(v, s.serviceAccountToken, parts))
      if (owner !== undefined || parts.pod.spec.securityContext?.fsGroup !== undefined) modes.set(s.serviceAccountToken.path, 0o600)
    }
  }
  return done(v.projected.defaultMode, owner)
}

/** The token that is there, unless it is time for another one. */
function tokenFile(v: Volume, { path, audience, expirationSeconds = 3600 }: ServiceAccountTokenProjection, { pod, storage: { files }, token, renewsTokens }: VolumeParts): Uint8Array {
  const id = podVolumeId(pod, v.name)
  const at = renewsTokens === true || files.version(id) === 0 ? undefined : follow(files, id, path)
  const there = at === undefined ? undefined : files.get(id, at)?.content
  return Buffer.from(there ?? token(pod, audience, expirationSeconds))
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
function writeAtomically(volumeId: string, { files, modes, defaultMode, uid = 0 }: Files, { storage, nowMs, pod }: VolumeParts): boolean {
  const fs = storage.files
  const target = fs.get(volumeId, '/..data')
  const current = typeof target?.content === 'string' ? `/${target.content}` : undefined
  if (current !== undefined && sameContent(volumeId, current, files, storage)) return false
  const folder = `..${stamp(nowMs)}`
  const group = pod.spec.securityContext?.fsGroup
  const shared = { uid, gid: group ?? 0, mtimeMs: nowMs }
  const [file, dir] = group === undefined ? [0, 0] : [GROUP_READS, GROUP_ENTERS]
  if (fs.version(volumeId) === 0) fs.put(volumeId, '/', { type: 'dir', mode: 0o777 | dir, ...shared, uid: 0 })
  fs.put(volumeId, `/${folder}`, { type: 'dir', mode: 0o755 | dir, ...shared })
  const tops = new Set<string>()
  for (const [path, content] of files) {
    const parts = path.split('/').filter(p => p !== '')
    for (let i = 1; i < parts.length; i++) fs.put(volumeId, `/${folder}/${parts.slice(0, i).join('/')}`, { type: 'dir', mode: 0o755 | dir, ...shared })
    fs.put(volumeId, `/${folder}/${parts.join('/')}`, { type: 'file', mode: (modes.get(path) ?? defaultMode) | file, ...shared, content: textOrBytes(content) })
    tops.add(parts[0] as string)
  }
  fs.put(volumeId, '/..data', { type: 'symlink', mode: 0o777, ...shared, content: folder })
  for (const top of tops) fs.put(volumeId, `/${top}`, { type: 'symlink', mode: 0o777, ...shared, content: `..data/${top}` })
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
