/** Environment of a container: values, and where others come from. upstream: kubectl/pkg/describe describeContainerEnvVars, kubectl/pkg/util/resource */
import { milliValueOfQuantity, valueOfQuantity } from '../../../../base/quantity'
import type { Container, EnvVar, Pod, ResourceFieldSelector } from '../../../../kinds/schema/types/core.v1'
import { text, type Lines } from '../../writer'

export function environment(w: Lines, container: Container, pod: Pod | undefined): void {
  const env = container.env ?? []
  w.write(2, `Environment:${env.length === 0 ? '\t<none>' : ''}\n`)
  for (const e of env) {
    if (e.valueFrom === undefined) for (const [i, part] of text(e.value).split('\n').entries()) w.write(3, `${i === 0 ? `${e.name}:` : ''}\t${part}\n`)
    else {
      const from = source(e, container, pod)
      if (from !== undefined) w.write(3, `${e.name}:\t${from}\n`)
    }
  }
}

function source({ valueFrom }: EnvVar, container: Container, pod: Pod | undefined): string | undefined {
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom ?? {}
  if (fieldRef !== undefined) return `${pod === undefined ? '' : fieldOf(pod, fieldRef.fieldPath)} (${fieldRef.apiVersion ?? ''}:${fieldRef.fieldPath})`
  if (resourceFieldRef !== undefined) {
    const { resource } = resourceFieldRef
    const amount = resourceOf(resourceFieldRef, container)
    return `${amount === '0' && (resource === 'limits.cpu' || resource === 'limits.memory') ? 'node allocatable' : amount} (${resource})`
  }
  if (secretKeyRef !== undefined) return `<set to the key '${secretKeyRef.key}' in secret '${text(secretKeyRef.name)}'>\tOptional: ${secretKeyRef.optional ?? false}`
  if (configMapKeyRef !== undefined) return `<set to the key '${configMapKeyRef.key}' of config map '${text(configMapKeyRef.name)}'>\tOptional: ${configMapKeyRef.optional ?? false}`
  return undefined
}

export function environmentFrom(w: Lines, { envFrom = [] }: Container): void {
  if (envFrom.length === 0) return
  w.write(2, 'Environment Variables from:\n')
  for (const { configMapRef, secretRef, prefix = '' } of envFrom) {
    const ref = configMapRef ?? secretRef
    const kind = configMapRef !== undefined ? 'ConfigMap' : secretRef !== undefined ? 'Secret' : ''
    w.write(3, `${text(ref?.name)}\t${kind}${prefix === '' ? '' : ` with prefix '${prefix}'`}\tOptional: ${ref?.optional ?? false}\n`)
  }
}

/** kubectl knows no conversion for pods' field labels, so that it resolves only what every object has. upstream: runtime.DefaultMetaV1FieldSelectorConversion */
function fieldOf({ metadata }: Pod, path: string): string {
  return path === 'metadata.name' ? metadata.name : path === 'metadata.namespace' ? text(metadata.namespace) : ''
}

/** In units of the divisor, rounded up. upstream: ExtractContainerResourceValue */
function resourceOf({ resource, divisor = '' }: ResourceFieldSelector, { resources }: Container): string {
  const [, side, name = ''] = /^(limits|requests)\.(.*)$/.exec(resource) ?? []
  if (side === undefined || !(['cpu', 'memory', 'ephemeral-storage'].includes(name) || name.startsWith('hugepages-'))) return ''
  const amount = resources?.[side as 'limits' | 'requests']?.[name] ?? '0'
  const unit = divisor === '' || divisor === '0' ? '1' : divisor
  const value = name === 'cpu' ? milliValueOfQuantity : valueOfQuantity
  return String(Math.ceil(value(amount) / value(unit)))
}
