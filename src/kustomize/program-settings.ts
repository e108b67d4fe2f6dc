/** What flags say of the programs that a build may run. */

/** What the command line said of helm. */
export interface HelmSettings {
  readonly command: string
  readonly apiVersions: readonly string[]
  readonly kubeVersion: string
  readonly debug: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What the command line said of functions. */
export interface FunctionSettings {
  /** They may use the network. */
  readonly network: boolean
  readonly asCurrentUser: boolean
  /** `type=bind,src=/a,dst=/b,rw=true` */
  readonly mounts: readonly string[]
  /** `NAME=value`, or `NAME` for one of ours. */
  readonly env: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
}
