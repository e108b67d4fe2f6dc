/** What a revision is made of. */
export const ADDED = 0
export const MODIFIED = 1
export const DELETED = 2
export type ChangeType = typeof ADDED | typeof MODIFIED | typeof DELETED

/** What the store asks of a body: a place for the version that a write gives it. */
export interface Body {
  metadata: { resourceVersion?: string }
}
