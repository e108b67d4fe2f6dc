/** The annotation in which `kubectl apply` keeps what was applied last. upstream: kubectl/pkg/util/apply.go */
import { goJson } from '../base/go-text'
import type { KubeObject } from '../kinds/kind'

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** The annotation's text, undefined where it is absent. */
export const lastApplied = (object: KubeObject): string | undefined => object.metadata?.annotations?.[LAST_APPLIED]

/** The object with annotations changed; undefined takes one away. An object without annotations gets an empty map. */
export function withAnnotations<T extends KubeObject>(object: T, changes: Readonly<Record<string, string | undefined>>): T {
  const annotations: Record<string, string> = { ...object.metadata.annotations }
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) delete annotations[key]
    else annotations[key] = value
  }
  return { ...object, metadata: { ...object.metadata, annotations } }
}

/** What would be noted as last applied: the object without the annotation, as JSON with a line break. `encode` when it is not plain sorted JSON. */
export function configurationOf(object: KubeObject, encode: (object: KubeObject) => string = goJson): string {
  return `${encode(withAnnotations(object, { [LAST_APPLIED]: undefined }))}\n`
}

/** The object with itself as its last applied configuration. upstream: CreateApplyAnnotation */
export function annotated<T extends KubeObject>(object: T, encode?: (object: KubeObject) => string): T {
  return withAnnotations(object, { [LAST_APPLIED]: configurationOf(object, encode) })
}

/** As `--save-config` wants it; without the flag, an annotation that is there already is kept up to date. upstream: CreateOrUpdateAnnotation */
export function saveConfig<T extends KubeObject>(create: boolean, object: T, encode?: (object: KubeObject) => string): T {
  return create || (lastApplied(object) ?? '') !== '' ? annotated(object, encode) : object
}
