/** pod-template-hash. upstream: pkg/controller/controller_utils.go ComputeHash */
import { fnv32a, safeEncodeString } from '../../base/go-text'
import type { PodTemplateSpec } from '../../kinds/schema/types/core.v1'

export function templateHash(template: PodTemplateSpec, collisionCount: number | undefined): string {
  return safeEncodeString(String(fnv32a(JSON.stringify(template) + (collisionCount === undefined ? '' : String(collisionCount)))))
}
