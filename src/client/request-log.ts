/** Where the requests of a client are told, for whoever wants to see them. */

export interface LoggedRequest {
  readonly method: string
  readonly url: string
  /** As they are sent, names in any case. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string
}

export interface LoggedAnswer {
  /** `200 OK`; empty where nobody answered. */
  readonly status: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

/** Called before a request is sent; what it answers is called with the head of the answer, and that one with the body. */
export interface RequestLog {
  request(request: LoggedRequest): (answer: LoggedAnswer) => void
  /** A body that came whole. */
  body(text: string): void
}
