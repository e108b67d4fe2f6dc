/** An image's files as a volume. upstream: pkg/kubelet/kubelet_pods.go, KEP-4639 */
import type { Volume } from '../../kinds/schema/types/core.v1'
import type { ImageCatalogue } from '../../runtime/images/catalogue'
import type { VolumeFiles } from '../../runtime/storage'
import { MountError } from './mount-error'

/** Copies the image's files into the volume. Throws MountError when there is no such image. */
export function imageFiles(v: Volume, volumeId: string, { storage: { files }, images, nowMs }: { readonly storage: { readonly files: VolumeFiles }; readonly images: Pick<ImageCatalogue, 'pull' | 'files'>; readonly nowMs: number }): void {
  const reference = v.image?.reference ?? ''
  const result = images.pull(reference)
  if (result.kind === 'failed') throw new MountError(v.name, result.message, `Failed to pull image "${reference}": ${result.message}`)
  const tree = images.files(reference)
  files.put(volumeId, '/', { type: 'dir', mode: 0o755, uid: 0, gid: 0, mtimeMs: nowMs })
  const copy = (path: string): void => {
    for (const name of tree.list(path)) {
      const at = path === '/' ? `/${name}` : `${path}/${name}`
      const stat = tree.stat(at)
      if (stat === undefined) continue
      const { type, mode, uid, gid, mtimeMs } = stat
      const content = type === 'dir' ? {} : { content: Buffer.from(tree.read(at) ?? '', 'latin1') }
      files.put(volumeId, at, { type, mode, uid, gid, mtimeMs, ...(type === 'symlink' ? { content: tree.read(at) ?? '' } : content) })
      if (type === 'dir') copy(at)
    }
  }
  copy('/')
}
