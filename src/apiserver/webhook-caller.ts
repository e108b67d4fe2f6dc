/** How webhooks are reached: injected, since nothing here leaves the process by itself. */

/** A request that leaves the process. */
export interface WebhookRequest {
  readonly url: string
  readonly body: string
  /** PEM, the certificates that the webhook's own must follow from; those of the system when absent. */
  readonly caBundle: string | undefined
  readonly timeoutMs: number
}

/** Throws an Error whose message is Go's: `dial tcp …: connect: connection refused`. */
export type WebhookCaller = (request: WebhookRequest) => Promise<{ readonly code: number; readonly body: string }>
