/** What the validation of a pod spec takes into account besides the spec. upstream: pkg/apis/core/validation PodValidationOptions */

export interface PodOptions {
  /** The object is a pod, no template of pods. */
  readonly isPod: boolean
  /** Name of the pod: claims of generic ephemeral volumes are named by it. */
  readonly podName?: string | undefined
  /** A mirror pod of a static one. */
  readonly isMirror?: boolean
  // What follows lets values that were stored before a rule existed stay as they are.
  readonly allowInvalidDeletionCost?: boolean
  readonly allowIndivisibleHugePages?: boolean
  readonly allowInvalidSelectorValues?: boolean
  readonly allowInvalidNodeAffinityValues?: boolean
  readonly allowInvalidTopologySelector?: boolean
  readonly oldViolatesMatchLabelKeys?: boolean
  readonly allowNonLocalTokenPath?: boolean
  readonly allowHostSysctls?: boolean
  readonly allowDevicesInUserNamespace?: boolean
}
