/** Pulling images: policies, events, back-off. upstream: pkg/kubelet/images/image_manager.go */
import type { Container } from '../../kinds/schema/types/core.v1'
import type { Image } from '../../runtime/images/catalogue'
import { tell, wakeAt, type Sync } from './parts'
import type { ContainerRecord } from './record'

/** upstream: imageBackOffPeriod, MaxImageBackOff */
const BACKOFF_BASE_MS = 10_000
const BACKOFF_MAX_MS = 300_000

/** The image of a container that is about to start, or undefined while it cannot be had: the record says why. */
export async function ensureImage(sync: Sync, c: Container, r: ContainerRecord): Promise<Image | undefined> {
  const { images, ctx, pod, nowMs } = sync
  const reference = c.image ?? ''
  const policy = c.imagePullPolicy ?? 'IfNotPresent'
  const wait = (reason: string, message: string): undefined => {
    r.reason = reason
    r.message = message
    return undefined
  }
  if (images.normalise(reference) === undefined) {
    const message = `Failed to apply default image tag "${reference}": couldn't parse image name "${reference}": invalid reference format`
    await tell(sync, 'Warning', 'InspectFailed', message, c.name)
    await tell(sync, 'Warning', 'Failed', `Error: InvalidImageName`, c.name)
    return wait('InvalidImageName', message)
  }
  const present = hasImage(sync, reference)
  if (present && policy !== 'Always') {
    await tell(sync, 'Normal', 'Pulled', `Container image "${reference}" already present on machine and can be accessed by the pod`, c.name)
    return images.image(reference) ?? pulledImage(sync, reference)
  }
  if (policy === 'Never') {
    const message = `Container image "${reference}" is not present with pull policy of Never`
    await tell(sync, 'Warning', 'ErrImageNeverPull', message, c.name)
    await tell(sync, 'Warning', 'Failed', 'Error: ErrImageNeverPull', c.name)
    wakeAt(sync, nowMs + BACKOFF_BASE_MS)
    return wait('ErrImageNeverPull', message)
  }
  if (r.pullRetryAtMs !== undefined && nowMs < r.pullRetryAtMs) {
    if (r.reason !== 'ImagePullBackOff') {
      await tell(sync, 'Normal', 'BackOff', `Back-off pulling image "${reference}"`, c.name)
      await tell(sync, 'Warning', 'Failed', 'Error: ImagePullBackOff', c.name)
    }
    wakeAt(sync, r.pullRetryAtMs)
    return wait('ImagePullBackOff', `Back-off pulling image "${reference}": ${r.message?.replace(/^Back-off pulling image "[^"]*": /, '') ?? ''}`)
  }
  await tell(sync, 'Normal', 'Pulling', `Pulling image "${reference}"`, c.name)
  const result = images.pull(reference)
  if (result.kind === 'failed') {
    await tell(sync, 'Warning', 'Failed', `Failed to pull image "${reference}": ${result.message}`, c.name)
    await tell(sync, 'Warning', 'Failed', `Error: ${result.reason}`, c.name)
    r.pullBackOffMs = Math.min(r.pullBackOffMs === undefined ? BACKOFF_BASE_MS : r.pullBackOffMs * 2, BACKOFF_MAX_MS)
    r.pullRetryAtMs = nowMs + r.pullBackOffMs
    // The next look at the pod finds the back-off running.
    wakeAt(sync, nowMs + 1_000)
    return wait(result.reason, result.message)
  }
  delete r.pullBackOffMs
  delete r.pullRetryAtMs
  rememberImage(sync, reference)
  const ms = 20 + (ctx.draw.uint32(`${pod.metadata.uid}/${c.name}`, 'pull') % 80)
  await tell(sync, 'Normal', 'Pulled', `Successfully pulled image "${reference}" in ${ms}ms (${ms}ms including waiting). Image size: ${result.image.sizeBytes} bytes.`, c.name)
  return result.image
}

function pulledImage({ images }: Sync, reference: string): Image | undefined {
  const result = images.pull(reference)
  return result.kind === 'pulled' ? result.image : undefined
}

const imagesKey = (nodeName: string): string => `images ${nodeName}`

function hasImage({ ctx, pod, images }: Sync, reference: string): boolean {
  const name = images.normalise(reference) as string
  return (ctx.memory.get<string[]>(imagesKey(pod.spec.nodeName as string)) ?? []).includes(name)
}

function rememberImage({ ctx, pod, images }: Sync, reference: string): void {
  const key = imagesKey(pod.spec.nodeName as string)
  const known = ctx.memory.get<string[]>(key) ?? []
  const name = images.normalise(reference) as string
  if (!known.includes(name)) ctx.memory.put(key, [...known, name])
}
