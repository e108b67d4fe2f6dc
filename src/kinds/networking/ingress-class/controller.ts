/** Which ingresses the cluster's own controller serves. upstream: ingress-nginx internal/ingress/controller/ingressclass */
import { CLASS_ANNOTATION } from '../ingress/validate'
import type { Ingress, IngressClass } from '../../schema/types/networking.v1'

/** What an IngressClass names to be served here. */
export const CONTROLLER_NAME = 'k8s.io/ingress-nginx'
/** The class that the add-on brings; older manifests name it in the annotation, where no class need exist. */
export const CLASS_NAME = 'nginx'

export function isServed({ metadata, spec }: Ingress, classNamed: (name: string) => IngressClass | undefined): boolean {
  const annotated = metadata.annotations?.[CLASS_ANNOTATION]
  const name = spec.ingressClassName ?? annotated
  // No class need be the default one for that. upstream: --watch-ingress-without-class, as most set it up
  if (name === undefined) return true
  const found = classNamed(name)
  return found === undefined ? annotated === CLASS_NAME : found.spec.controller === CONTROLLER_NAME
}
