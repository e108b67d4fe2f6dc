/** A server of the Kubernetes API, and who speaks to it. upstream: client-go/rest Config */

/** What shows a server who asks. */
export interface Credentials {
  readonly token: string | undefined
  /** PEM. */
  readonly clientCertificate: string | undefined
  readonly clientKey: string | undefined
  readonly basic: { readonly username: string; readonly password: string } | undefined
  readonly impersonate: { readonly user: string; readonly uid: string | undefined; readonly groups: readonly string[]; readonly extra: Readonly<Record<string, readonly string[]>> } | undefined
}

export interface ServerAddress {
  /** `https://10.0.0.1:6443`, perhaps with a path below which the API stands. */
  readonly url: string
  /** The socket that it listens on, where it is no port; `url` is a name then. */
  readonly socketPath?: string | undefined
  /** Through which it is reached, as its kubeconfig says. */
  readonly proxyUrl?: string | undefined
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly insecureSkipTlsVerify: boolean
  /** PEM; the system's own authorities when absent. */
  readonly certificateAuthority: string | undefined
  readonly tlsServerName: string | undefined
  /** 0 for no limit. */
  readonly requestTimeoutMs: number
  /** Answers are wanted as they are, not packed. */
  readonly disableCompression?: boolean | undefined
  readonly identity: Credentials
}
