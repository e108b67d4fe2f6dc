/** Which images there are, and what a registry answers when one is asked for. */
import type { ReadOnlyTree } from '../files/tree'

export interface ImageConfig {
  readonly entrypoint: readonly string[]
  readonly cmd: readonly string[]
  readonly env: readonly (readonly [string, string])[]
  readonly workingDir: string
  /** `''`, `65535`, `nginx`, `101:101`. */
  readonly user: string
  readonly exposedPorts: readonly number[]
  readonly stopSignal?: string
}

export interface Image {
  /** Normalised: `docker.io/library/nginx:1.25`. */
  readonly reference: string
  /** `docker.io/library/nginx@sha256:…`: what a status shows as imageID. */
  readonly imageID: string
  readonly digest: string
  readonly sizeBytes: number
  readonly config: ImageConfig
  /** Unknown name run by the policy `placeholder`. */
  readonly placeholder: boolean
}

export type PullResult =
  | { readonly kind: 'pulled'; readonly image: Image }
  /** `reason` of the waiting state and containerd's words for the event. */
  | { readonly kind: 'failed'; readonly reason: 'ErrImagePull' | 'InvalidImageName' | 'RegistryUnavailable'; readonly message: string }

export interface RegistryCredentials {
  readonly registry: string
  readonly username: string
  readonly password: string
}

export interface ImagePolicy {
  /** What happens for a name that is not in the catalogue. */
  readonly unknown: 'strict' | 'placeholder'
  /** When given, only these references can be pulled (`busybox:1.36`, `registry.k8s.io/pause:3.10`); all others are not found. */
  readonly available?: readonly string[]
  /** Server images are made of Debian 12's packages and start their server directly, as a registry built from packages has them. */
  readonly packaged?: boolean
  /** Repositories that need a secret: `registry.example.com/team` → who may pull. */
  readonly privateRepositories?: readonly { readonly prefix: string; readonly username: string; readonly password: string }[]
}

export interface ImageCatalogue {
  /** What a registry gives for this reference as it stands in a pod. */
  pull(reference: string, credentials?: readonly RegistryCredentials[]): PullResult
  /** The image of a reference that was pulled before (policy and availability do not matter any more). */
  image(reference: string): Image | undefined
  /** The root file system of an image. */
  files(reference: string): ReadOnlyTree
  /** `docker.io/library/nginx:1.25` of `nginx:1.25`; undefined when it is no valid reference. */
  normalise(reference: string): string | undefined
}
