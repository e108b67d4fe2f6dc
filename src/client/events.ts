/** The event recorder: what happened to an object, correlated as client-go does it. */
import type { KubeObject } from '../kinds/kind'

export interface EventOptions {
  /** `spec.containers{web}` */
  fieldPath?: string | undefined
  /** events.k8s.io: what was being done, `Binding`. */
  action?: string | undefined
  related?: KubeObject | undefined
  annotations?: Record<string, string> | undefined
}

export interface Recorder {
  /** Repeats of the same event raise its count instead of adding one. Never fails: an event that is refused is dropped. */
  event(object: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string, options?: EventOptions): Promise<void>
}
