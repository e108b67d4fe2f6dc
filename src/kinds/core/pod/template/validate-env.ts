/** Environment variables of a container. upstream: pkg/apis/core/validation ValidateEnv, ValidateEnvFrom */
import type { Findings, Path } from '../../../../base/findings'
import { isZeroQuantity, parseQuantity, quantityText } from '../../../../base/quantity'
import { isConfigMapKey, isDns1123Subdomain, isQualifiedName, isRelaxedEnvVarName, nameIsDnsSubdomain } from '../../../../base/validation'
import type { EnvFromSource, EnvVar, EnvVarSource, FileKeySelector, ObjectFieldSelector, ResourceFieldSelector } from '../../../schema/types/core.v1'
import { dnsLabel, noBacksteps } from './validate-text'

export function validateEnv(f: Findings, path: Path, env: readonly EnvVar[]): void {
  for (let i = 0; i < env.length; i++) {
    const { name = '', value = '', valueFrom } = env[i] as EnvVar
    if (name === '') f.required(path.at(i).child('name'))
    else {
      const problems = isRelaxedEnvVarName(name)
      if (problems.length > 0) f.problems(path.at(i).child('name'), name, problems)
    }
    if (valueFrom !== undefined) validateValueFrom(f, path.at(i).child('valueFrom'), valueFrom, value)
  }
}

const ENV_FIELDS = ['metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.serviceAccountName', 'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs']

function validateValueFrom(f: Findings, at: Path, from: EnvVarSource, value: string): void {
  let sources = 0
  if (from.fieldRef !== undefined) {
    sources++
    validateFieldRef(f, at.child('fieldRef'), from.fieldRef, ENV_FIELDS)
  }
  if (from.resourceFieldRef !== undefined) {
    sources++
    validateResourceFieldRef(f, at.child('resourceFieldRef'), from.resourceFieldRef, false)
  }
  if (from.configMapKeyRef !== undefined) {
    sources++
    validateKeyRef(f, at.child('configMapKeyRef'), from.configMapKeyRef)
  }
  if (from.secretKeyRef !== undefined) {
    sources++
    validateKeyRef(f, at.child('secretKeyRef'), from.secretKeyRef)
  }
  if (from.fileKeyRef !== undefined) {
    sources++
    validateFileKeyRef(f, at.child('fileKeyRef'), from.fileKeyRef)
  }
  if (sources === 0) f.invalid(at, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`')
  else if (value !== '') f.invalid(at, '', 'may not be specified when `value` is not empty')
  else if (sources > 1) f.invalid(at, '', 'may not have more than one field specified at a time')
}

function validateKeyRef(f: Findings, at: Path, { name = '', key = '' }: { name?: string; key: string }): void {
  f.problems(at.child('name'), name, isDns1123Subdomain(name))
  if (key === '') f.required(at.child('key'))
  else f.problems(at.child('key'), key, isConfigMapKey(key))
}

function validateFileKeyRef(f: Findings, at: Path, { key = '', volumeName = '', path = '' }: FileKeySelector): void {
  if (key === '') f.required(at.child('key'))
  else f.problems(at.child('key'), key, isRelaxedEnvVarName(key))
  if (volumeName === '') f.required(at.child('volumeName'))
  else dnsLabel(f, at.child('volumeName'), volumeName)
  if (path === '') f.required(at.child('path'))
  else noBacksteps(f, at.child('path'), path)
}

const FIELD_LABELS = new Set([
  'metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.restartPolicy', 'spec.serviceAccountName', 'spec.schedulerName',
  'status.phase', 'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs',
])

/** `metadata.labels['x']` apart; undefined when there is no subscript. upstream: pkg/fieldpath SplitMaybeSubscriptedPath */
function splitSubscript(path: string): [path: string, subscript: string] | undefined {
  if (!path.endsWith("']")) return undefined
  const at = path.indexOf("['")
  return at <= 0 ? undefined : [path.slice(0, at), path.slice(at + 2, -2)]
}

/** A field of the pod that an environment variable or a file shows. upstream: validateObjectFieldSelector */
export function validateFieldRef(f: Findings, at: Path, { apiVersion = '', fieldPath = '' }: ObjectFieldSelector, allowed: readonly string[]): void {
  if (apiVersion === '') return f.required(at.child('apiVersion'))
  if (fieldPath === '') return f.required(at.child('fieldPath'))
  const subscripted = splitSubscript(fieldPath)
  const [path, subscript] = subscripted ?? [fieldPath, '']
  const problem = conversionProblem(apiVersion, fieldPath, path, subscripted !== undefined)
  if (problem !== undefined) return f.invalid(at.child('fieldPath'), fieldPath, `error converting fieldPath: ${problem}`)
  const field = path === 'spec.host' ? 'spec.nodeName' : path
  if (subscripted === undefined) {
    if (!allowed.includes(field)) f.unsupported(at.child('fieldPath'), field, allowed)
  } else if (field === 'metadata.annotations') f.problems(at, subscript.toLowerCase(), isQualifiedName(subscript.toLowerCase()))
  else if (field === 'metadata.labels') f.problems(at, subscript, isQualifiedName(subscript))
}

/** upstream: pkg/apis/core/pods ConvertDownwardAPIFieldLabel */
function conversionProblem(apiVersion: string, label: string, path: string, subscripted: boolean): string | undefined {
  if (apiVersion !== 'v1') return `unsupported pod version: ${apiVersion}`
  if (subscripted) return path === 'metadata.annotations' || path === 'metadata.labels' ? undefined : `field label does not support subscript: ${label}`
  return FIELD_LABELS.has(label) || label === 'spec.host' ? undefined : `field label not supported: ${label}`
}

const RESOURCE_FIELDS = ['limits.cpu', 'limits.ephemeral-storage', 'limits.memory', 'requests.cpu', 'requests.ephemeral-storage', 'requests.memory']
const isHugePagesField = (resource: string): boolean => resource.startsWith('requests.hugepages-') || resource.startsWith('limits.hugepages-')
const BYTE_DIVISORS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']

/** upstream: validateContainerResourceFieldSelector */
export function validateResourceFieldRef(f: Findings, at: Path, { containerName = '', resource = '', divisor }: ResourceFieldSelector, isVolume: boolean): void {
  if (isVolume && containerName === '') f.required(at.child('containerName'))
  else if (resource === '') f.required(at.child('resource'))
  else if (!RESOURCE_FIELDS.includes(resource) && !isHugePagesField(resource)) f.unsupported(at.child('resource'), resource, RESOURCE_FIELDS)
  if (divisor === undefined) return
  const quantity = parseQuantity(String(divisor))
  if (isZeroQuantity(quantity)) return
  const text = quantityText(quantity)
  const bytes = (what: string): void => {
    if (!BYTE_DIVISORS.includes(text)) f.invalid(at.child('divisor'), resource, `only divisor's values ${BYTE_DIVISORS.join(', ')} are supported with the ${what} resource`)
  }
  if (resource === 'limits.cpu' || resource === 'requests.cpu') {
    if (text !== '1m' && text !== '1') f.invalid(at.child('divisor'), resource, "only divisor's values 1m and 1 are supported with the cpu resource")
  } else if (resource === 'limits.memory' || resource === 'requests.memory') bytes('memory')
  else if (resource === 'limits.ephemeral-storage' || resource === 'requests.ephemeral-storage') bytes('local ephemeral storage')
  else if (isHugePagesField(resource)) bytes('hugepages')
}

export function validateEnvFrom(f: Findings, path: Path, sources: readonly EnvFromSource[]): void {
  sources.forEach(({ prefix = '', configMapRef, secretRef }, i) => {
    const at = path.at(i)
    if (prefix !== '') f.problems(at.child('prefix'), prefix, isRelaxedEnvVarName(prefix))
    for (const [name, ref] of [['configMapRef', configMapRef], ['secretRef', secretRef]] as const) {
      if (ref === undefined) continue
      if ((ref.name ?? '') === '') f.required(at.child(name).child('name'))
      else f.problems(at.child(name).child('name'), ref.name, nameIsDnsSubdomain(ref.name as string, true))
    }
    if (configMapRef === undefined && secretRef === undefined) f.invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`')
    else if (configMapRef !== undefined && secretRef !== undefined) f.invalid(path, '', 'may not have more than one field specified at a time')
  })
}

