/** Which controllers a cluster runs, as whom they write, and how their events are signed. */
import type { Controller } from '../client/controller'

export interface ControllerEntry {
  readonly controller: Controller<never>
  /** User name of its requests. */
  readonly user: string
  /** Field manager of its writes. */
  readonly manager: string
  /** Source of its events, the controller's name when absent. */
  readonly source?: string
  readonly recorder?: { readonly newApi?: boolean; readonly instance?: string }
}

export function controllersFor(): readonly ControllerEntry[] {
  return []
}
