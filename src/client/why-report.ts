/** What `kubottle why` has to say of an object. */

/** Something that is not as it should be. */
export interface Finding {
  readonly problem: string
  readonly details: readonly string[]
  /** What would end it: command lines, or a sentence. */
  readonly fixes: readonly string[]
}

/** What each plugin of the scheduler says of a node. */
export interface NodeVerdicts {
  readonly node: string
  readonly fits: boolean
  readonly verdicts: readonly { readonly plugin: string; readonly code: string; readonly reasons: readonly string[] }[]
  /** Of nodes that fit: 0 to 100 from each plugin, and how much that weighs. */
  readonly scores: readonly { readonly plugin: string; readonly score: number; readonly weight: number }[]
}

export interface WhyReport {
  /** `pod/web-0` */
  readonly subject: string
  /** How it is, in one sentence. */
  readonly state: string
  /** Empty where nothing is wrong. */
  readonly findings: readonly Finding[]
  /** Of a pod that waits for a node; empty otherwise. */
  readonly nodes: readonly NodeVerdicts[]
}

/** Whom it is asked of. */
export interface WhyTarget {
  readonly group: string
  readonly plural: string
  readonly namespace: string | undefined
  readonly name: string
}
