/** Pulling images: policies, events, back-off. upstream: pkg/kubelet/images/image_manager.go */
import { node as nodeKind } from '../../kinds/core/node/kind'
import type { Container, Node } from '../../kinds/schema/types/core.v1'
import type { Image } from '../../runtime/images/catalogue'
import { SANDBOX_IMAGE } from '../image-garbage'
import { tell, wakeAt, type Sync } from './parts'
import type { ContainerRecord } from './record'

/** upstream: imageBackOffPeriod, MaxImageBackOff */
const BACKOFF_BASE_MS = 10_000
const BACKOFF_MAX_MS = 300_000
/** A new sandbox makes the kubelet look again at its next relisting; later looks come at the pace of failed syncs, up to half as much later. upstream: workBackOffPeriod, workerBackOffPeriodJitterFactor */
const RELIST_MS = 1_000
const RETRY_MS = 10_000

/** The image of a container that is about to start, or undefined while it cannot be had: the record says why. */
export async function ensureImage(sync: Sync, c: Container, r: ContainerRecord): Promise<Image | undefined> {
  const { images, ctx, pod, nowMs } = sync
  const reference = c.image ?? ''
  const policy = c.imagePullPolicy ?? 'IfNotPresent'
  if (r.pullImage !== reference) forgetPull(r, reference)
  const before = r.pullNext
  if (before !== undefined) {
    const lookMs = r.pullLookMs as number
    if (nowMs < lookMs) return void wakeAt(sync, lookMs)
    // The status shows at each look what the one before ran into. upstream: reasonCache
    r.reason = before.reason
    r.message = before.message
  }
  const wait = (reason: string, message: string): undefined => {
    r.pullNext = { reason, message }
    r.pullLookMs = nowMs + (before === undefined ? RELIST_MS : RETRY_MS * (1 + 0.5 * ctx.draw.fraction(`${pod.metadata.uid}/${c.name}`, 'look', Math.floor(nowMs / 1000))))
    wakeAt(sync, r.pullLookMs)
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
    return wait('ErrImageNeverPull', message)
  }
  if (r.pullRetryAtMs !== undefined && nowMs < r.pullRetryAtMs) {
    await tell(sync, 'Normal', 'BackOff', `Back-off pulling image "${reference}"`, c.name)
    await tell(sync, 'Warning', 'Failed', 'Error: ImagePullBackOff', c.name)
    return wait('ImagePullBackOff', `Back-off pulling image "${reference}": ${before?.message.replace(/^Back-off pulling image "[^"]*": /, '') ?? ''}`)
  }
  await tell(sync, 'Normal', 'Pulling', `Pulling image "${reference}"`, c.name)
  const result = images.pull(reference)
  if (result.kind === 'failed') {
    await tell(sync, 'Warning', 'Failed', `Failed to pull image "${reference}": ${result.message}`, c.name)
    await tell(sync, 'Warning', 'Failed', `Error: ${result.reason}`, c.name)
    r.pullBackOffMs = Math.min(r.pullBackOffMs === undefined ? BACKOFF_BASE_MS : r.pullBackOffMs * 2, BACKOFF_MAX_MS)
    r.pullRetryAtMs = nowMs + r.pullBackOffMs
    return wait(result.reason, result.message)
  }
  forgetPull(r, reference)
  await hold(sync, result.image)
  const ms = 20 + (ctx.draw.uint32(`${pod.metadata.uid}/${c.name}`, 'pull') % 80)
  await tell(sync, 'Normal', 'Pulled', `Successfully pulled image "${reference}" in ${ms}ms (${ms}ms including waiting). Image size: ${result.image.sizeBytes} bytes.`, c.name)
  return result.image
}

function forgetPull(r: ContainerRecord, reference: string): void {
  r.pullImage = reference
  delete r.pullNext
  delete r.pullLookMs
  delete r.pullBackOffMs
  delete r.pullRetryAtMs
}

function pulledImage({ images }: Sync, reference: string): Image | undefined {
  const result = images.pull(reference)
  return result.kind === 'pulled' ? result.image : undefined
}

/** The node's status is what tells which images its machine has; other programs may write there what a machine was delivered with. */
function hasImage({ ctx, pod, images }: Sync, reference: string): boolean {
  const name = images.normalise(reference) as string
  return ctx.lister.get(nodeKind, pod.spec.nodeName as string)?.status?.images?.some(held => held.names?.includes(name) === true) === true
}

/** Said at once, where a kubelet's next report would: nobody waits for that. Largest first. upstream: nodestatus.Images, ByImageSize */
async function hold({ ctx, pod, images }: Sync, image: Image): Promise<void> {
  const node = ctx.lister.get(nodeKind, pod.spec.nodeName as string)
  if (node === undefined) return
  const held = node.status?.images ?? []
  const sandbox = images.image(SANDBOX_IMAGE)
  const coming = [image, ...(sandbox === undefined ? [] : [sandbox])].map(({ imageID, reference, sizeBytes }) => ({ names: [...new Set([imageID, reference])], sizeBytes })).filter(i => !held.some(h => h.names?.[0] === i.names[0] && i.names.every(n => h.names?.includes(n))))
  if (coming.length === 0) return
  const all = [...held.filter(h => !coming.some(i => i.names[0] === h.names?.[0])), ...coming].sort((a, b) => (b.sizeBytes ?? 0) - (a.sizeBytes ?? 0))
  await ctx.client.update(nodeKind, { ...node, status: { ...node.status, images: all } } as Node, { subresource: 'status' })
}
