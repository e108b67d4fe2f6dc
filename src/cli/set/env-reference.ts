/** What a variable's valueFrom refers to, as text and as a value. upstream: kubectl/pkg/cmd/set/env/env_resolve.go */
import { isQualifiedName } from '../../base/validation'
import { quantityFromJson, quantityMilliValue, quantityValue } from '../../base/quantity'
import type { Client } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import type { EnvVarSource, ResourceRequirements } from '../../kinds/schema/types/core.v1'
import { resourceOf } from '../resource-of'

/** `secret db, key password` */
export function referenceText({ configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef }: EnvVarSource): string {
  if (configMapKeyRef !== undefined) return `configmap ${configMapKeyRef.name ?? ''}, key ${configMapKeyRef.key}`
  if (secretKeyRef !== undefined) return `secret ${secretKeyRef.name ?? ''}, key ${secretKeyRef.key}`
  if (fieldRef !== undefined) return `field path ${fieldRef.fieldPath}`
  if (resourceFieldRef !== undefined) return `resource field ${resourceFieldRef.containerName ? `${resourceFieldRef.containerName}/` : ''}${resourceFieldRef.resource}`
  return 'invalid valueFrom'
}

interface Surroundings {
  readonly client: Client
  readonly namespace: string
  readonly object: KubeObject
  readonly resources: ResourceRequirements | undefined
}

/** The value. Throws an Error in kubectl's words. */
export async function resolveReference({ configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef }: EnvVarSource, { client, namespace, object, resources }: Surroundings): Promise<string> {
  if (secretKeyRef !== undefined) {
    const { data = {} } = (await client.get(resourceOf('v1', 'Secret'), secretKeyRef.name ?? '', namespace)) as { data?: Record<string, string> }
    const value = data[secretKeyRef.key]
    if (value === undefined) throw new Error(`key ${secretKeyRef.key} not found in secret ${secretKeyRef.name ?? ''}`)
    return Buffer.from(value, 'base64').toString('utf8')
  }
  if (configMapKeyRef !== undefined) {
    const { data = {} } = (await client.get(resourceOf('v1', 'ConfigMap'), configMapKeyRef.name ?? '', namespace)) as { data?: Record<string, string> }
    const value = data[configMapKeyRef.key]
    if (value === undefined) throw new Error(`key ${configMapKeyRef.key} not found in config map ${configMapKeyRef.name ?? ''}`)
    return value
  }
  if (fieldRef !== undefined) return fieldValue(object, fieldRef.fieldPath)
  if (resourceFieldRef !== undefined) return amountOf(resources, resourceFieldRef.resource, resourceFieldRef.divisor)
  throw new Error('invalid valueFrom')
}

function fieldValue({ metadata }: KubeObject, path: string): string {
  const subscript = /^(.+)\['(.*)'\]$/.exec(path)
  if (subscript !== null) {
    const [, of, key = ''] = subscript
    if (of !== 'metadata.annotations' && of !== 'metadata.labels') throw new Error(`fieldPath ${JSON.stringify(path)} does not support subscript`)
    const problems = isQualifiedName(of === 'metadata.annotations' ? key.toLowerCase() : key)
    if (problems.length > 0) throw new Error(`invalid key subscript in ${path}: ${problems.join(';')}`)
    return (of === 'metadata.annotations' ? metadata.annotations : metadata.labels)?.[key] ?? ''
  }
  const map = (pairs: Readonly<Record<string, string>> = {}): string => Object.keys(pairs).sort().map(key => `${key}=${JSON.stringify(pairs[key])}`).join('\n')
  switch (path) {
    case 'metadata.annotations': return map(metadata.annotations)
    case 'metadata.labels': return map(metadata.labels)
    case 'metadata.name': return metadata.name
    case 'metadata.namespace': return metadata.namespace ?? ''
    case 'metadata.uid': return metadata.uid ?? ''
    default: throw new Error(`unsupported fieldPath: ${path}`)
  }
}

function amountOf(resources: ResourceRequirements | undefined, path: string, divisor: string | number | undefined): string {
  const dot = path.indexOf('.')
  const [kind, name] = [path.slice(0, dot), path.slice(dot + 1)]
  if ((kind !== 'limits' && kind !== 'requests') || (!['cpu', 'memory', 'ephemeral-storage'].includes(name) && !name.startsWith('hugepages-'))) throw new Error(`Unsupported container resource : ${path}`)
  const amount = quantityFromJson((resources?.[kind] as Record<string, string> | undefined)?.[name] ?? '0')
  const unit = quantityFromJson(divisor === undefined || String(divisor) === '0' ? '1' : divisor)
  return String(name === 'cpu' ? Math.ceil(quantityMilliValue(amount) / quantityMilliValue(unit)) : Math.ceil(quantityValue(amount) / quantityValue(unit)))
}
