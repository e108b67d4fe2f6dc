/** The catalogue at work: pulling, and what containers of an image start with. */
import { createHash } from 'node:crypto'
import type { ReadOnlyTree } from '../files/tree'
import type { Image, ImageCatalogue, ImageConfig, ImagePolicy, PullResult, RegistryCredentials } from './catalogue'
import type { KnownImage } from './known'
import { KNOWN } from './known'
import { parseReference, referenceText, repositoryOf } from './reference'
import type { Reference } from './reference'
import { bin, rootFileSystem } from './rootfs'

const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`

/** upstream: containerd core/remotes/docker (resolver errors), as the kubelet reports them */
const failedToPull = (reference: string, what: string): string => `failed to pull and unpack image "${reference}": failed to resolve reference "${reference}": ${what}`

export function createCatalogue(policy: ImagePolicy): ImageCatalogue {
  const available = policy.available && new Set(policy.available.map(text => referenceText(parseReference(text) as Reference)))
  const packaged = policy.packaged === true

  const known = (ref: Reference): KnownImage | undefined => KNOWN[repositoryOf(ref)]

  const config = (ref: Reference): ImageConfig => {
    const image = known(ref)
    if (image === undefined) return { entrypoint: ['/placeholder'], cmd: [], env: [['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']], workingDir: '/', user: '', exposedPorts: [] }
    const tag = ref.tag ?? 'latest'
    return {
      entrypoint: (packaged ? image.packagedEntrypoint : undefined) ?? image.entrypoint ?? [], cmd: image.cmd ?? [], workingDir: image.workingDir ?? '/', user: image.user ?? '', exposedPorts: image.ports ?? [],
      env: (image.env ?? []).flatMap(([name, value]) => (name === 'NGINX_VERSION' ? (packaged ? [] : [[name, tag.replace(/-.*/, '')] as const]) : [[name, value] as const])),
      ...(image.stopSignal === undefined ? {} : { stopSignal: image.stopSignal }),
    }
  }

  const describe = (ref: Reference): Image => {
    const image = known(ref)
    const named = `${repositoryOf(ref)}:${ref.tag ?? 'latest'}`
    const digest = ref.digest ?? sha256(`manifest ${named}`)
    return { reference: referenceText(ref), imageID: `${repositoryOf(ref)}@${digest}`, digest, sizeBytes: image?.sizeBytes ?? 50_000_000, config: config(ref), placeholder: image === undefined }
  }

  const exists = (ref: Reference): boolean => {
    if (available !== undefined) return available.has(referenceText(ref))
    const image = known(ref)
    if (image === undefined) return policy.unknown === 'placeholder'
    return ref.digest !== undefined || image.tags.includes(ref.tag ?? 'latest')
  }

  const refusal = (ref: Reference, text: string): string => {
    const image = known(ref)
    // Docker Hub tells an unknown tag of a repository it has from a repository it does not have.
    if (ref.domain === 'docker.io' && image === undefined && available === undefined) return failedToPull(text, 'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed')
    return `${`rpc error: code = NotFound desc = ${failedToPull(text, `${text}: not found`)}`}`
  }

  const mayPull = (ref: Reference, credentials: readonly RegistryCredentials[]): boolean => {
    const name = repositoryOf(ref)
    const guard = policy.privateRepositories?.find(({ prefix }) => name === prefix || name.startsWith(`${prefix.replace(/\/$/, '')}/`))
    if (guard === undefined) return true
    return credentials.some(c => registryMatches(c.registry, ref) && c.username === guard.username && c.password === guard.password)
  }

  return {
    pull(text, credentials = []): PullResult {
      const ref = parseReference(text)
      if (ref === undefined) return { kind: 'failed', reason: 'InvalidImageName', message: `Failed to apply default image tag "${text}": couldn't parse image name "${text}": invalid reference format` }
      const full = referenceText(ref)
      if (!mayPull(ref, credentials)) return { kind: 'failed', reason: 'ErrImagePull', message: failedToPull(full, `pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`) }
      return exists(ref) ? { kind: 'pulled', image: describe(ref) } : { kind: 'failed', reason: 'ErrImagePull', message: refusal(ref, full) }
    },
    image(text) {
      const ref = parseReference(text)
      return ref && describe(ref)
    },
    files(text): ReadOnlyTree {
      const ref = parseReference(text)
      const image = ref && known(ref)
      if (ref === undefined || image === undefined) return rootFileSystem('placeholder', 'alpine', () => ({ '/placeholder': bin('placeholder') }))
      const tag = ref.tag ?? 'latest'
      return rootFileSystem(`${repositoryOf(ref)}:${image.files === undefined ? '' : tag}:${packaged}`, image.base, () => image.files?.(tag, packaged) ?? {})
    },
    normalise(text) {
      const ref = parseReference(text)
      return ref && referenceText(ref)
    },
  }
}

function registryMatches(registry: string, ref: Reference): boolean {
  const host = registry.replace(/^https?:\/\//, '').replace(/\/v[12]\/?$/, '').replace(/\/$/, '')
  if (host === 'index.docker.io' || host === 'docker.io') return ref.domain === 'docker.io'
  return host === ref.domain || repositoryOf(ref).startsWith(`${host}/`)
}
