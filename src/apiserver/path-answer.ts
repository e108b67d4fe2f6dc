/** What is answered to a path that is no resource. */
export interface PathAnswer {
  readonly code?: number
  readonly contentType?: string
  /** Text goes out as it is, all else as JSON. */
  readonly body: unknown
  /** Instead of the body. */
  readonly bytes?: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}
