/** Requests and limits of containers and pods. upstream: pkg/apis/core/validation validateResourceRequirements */
import type { Findings, Path } from '../../../../base/findings'
import { compareQuantities, parseQuantity, quantityMilliValue, quantitySign, quantityText, quantityValue, type Quantity } from '../../../../base/quantity'
import { isQualifiedName } from '../../../../base/validation'
import type { PodSpec, ResourceRequirements } from '../../../schema/types/core.v1'
import type { PodOptions } from './options'
import { aggregateContainers, isHugePages, isNativeResource, isOvercommitAllowed, isPodLevelResource, type ResourceList } from './resources'
import { dnsLabel } from './validate-text'

const CONTAINER_RESOURCES = new Set(['cpu', 'memory', 'ephemeral-storage'])
/** Whose amounts are whole numbers; so are those of every extended resource. */
const INTEGER_RESOURCES = new Set(['pods', 'resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'configmaps', 'persistentvolumeclaims', 'services.nodeports', 'services.loadbalancers'])
const STANDARD_RESOURCES = new Set([
  'cpu', 'memory', 'ephemeral-storage', 'requests.cpu', 'requests.memory', 'requests.ephemeral-storage', 'limits.cpu', 'limits.memory', 'limits.ephemeral-storage', 'pods', 'resourcequotas',
  'services', 'replicationcontrollers', 'secrets', 'configmaps', 'persistentvolumeclaims', 'storage', 'requests.storage', 'services.nodeports', 'services.loadbalancers',
])

export const isStandardResource = (name: string): boolean => STANDARD_RESOURCES.has(name) || isHugePages(name) || name.startsWith('requests.hugepages-')

/** Fully qualified, of nobody at kubernetes.io. upstream: helper.IsExtendedResourceName */
export const isExtendedResource = (name: string): boolean => !isNativeResource(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0
export const isIntegerResource = (name: string): boolean => INTEGER_RESOURCES.has(name) || isExtendedResource(name)

/** upstream: validateResourceName */
export function validateResourceName(f: Findings, at: Path, name: string): boolean {
  const problems = isQualifiedName(name)
  if (problems.length > 0) f.problems(at, name, problems)
  else if (!name.includes('/') && !isStandardResource(name)) f.invalid(at, name, 'must be a standard resource type or fully qualified')
  else return true
  return false
}

/** upstream: validateContainerResourceName */
export function validateContainerResourceName(f: Findings, at: Path, name: string): void {
  if (CONTAINER_RESOURCES.has(name)) return
  validateResourceName(f, at, name)
  if (!name.includes('/')) {
    if (!isHugePages(name)) f.invalid(at, name, 'must be a standard resource for containers')
  } else if (!isNativeResource(name) && !isExtendedResource(name)) f.invalid(at, name, "doesn't follow extended resource name standard")
}

function validatePodResourceName(f: Findings, at: Path, name: string): void {
  if (validateResourceName(f, at, name) && !isPodLevelResource(name)) f.unsupported(at, name, ['cpu', 'hugepages-', 'memory'])
}

/** upstream: ValidateResourceQuantityValue */
export function validateResourceQuantity(f: Findings, at: Path, name: string, quantity: Quantity): void {
  if (quantitySign(quantity) < 0) f.invalid(at, quantityText(quantity), 'must be greater than or equal to 0')
  if (!CONTAINER_RESOURCES.has(name) && isIntegerResource(name) && quantityMilliValue(quantity) % 1000 !== 0) f.invalid(at, quantityText(quantity), 'must be an integer')
}

function validateHugePages(f: Findings, at: Path, name: string, quantity: Quantity, options: PodOptions): void {
  if (options.allowIndivisibleHugePages === true || isDivisible(name, quantity)) return
  f.invalid(at, quantityText(quantity), `${quantityText(quantity)} is not positive integer multiple of ${name}`)
}

function isDivisible(name: string, quantity: Quantity): boolean {
  try {
    const page = parseQuantity(name.slice('hugepages-'.length))
    return quantitySign(page) > 0 && quantityValue(quantity) % quantityValue(page) === 0
  } catch {
    return false
  }
}

export function validateResources(f: Findings, at: Path, r: ResourceRequirements, claimNames: ReadonlySet<string>, options: PodOptions, ofPod = false): void {
  const { limits, requests } = r
  let hugePages = false
  let compute = false
  const check = (list: ResourceList, listAt: string, each?: (name: string, q: Quantity) => void): void => {
    for (const name in list) {
      const quantity = parseQuantity(list[name] as string)
      const here = at.child(listAt).key(name)
      if (ofPod) validatePodResourceName(f, here, name)
      else validateContainerResourceName(f, here, name)
      validateResourceQuantity(f, here, name, quantity)
      each?.(name, quantity)
      if (isHugePages(name)) {
        hugePages = true
        validateHugePages(f, here, name, quantity, options)
      } else if (name === 'cpu' || name === 'memory') compute = true
    }
  }
  if (limits !== undefined) check(limits, 'limits')
  if (requests !== undefined) check(requests, 'requests', (name, q) => compareToLimit(f, at, name, q, limits?.[name]))
  if (hugePages && !compute) f.forbidden(at, 'HugePages require cpu or memory')
  if (r.claims !== undefined) validateClaims(f, at.child('claims'), r.claims, claimNames)
}

function compareToLimit(f: Findings, at: Path, name: string, request: Quantity, limitText: string | undefined): void {
  const overcommit = isOvercommitAllowed(name)
  if (limitText === undefined) {
    if (!overcommit) f.required(at.child('limits'), 'Limit must be set for non overcommitable resources')
    return
  }
  const limit = parseQuantity(limitText)
  const order = compareQuantities(request, limit)
  if (order !== 0 && !overcommit) f.invalid(at.child('requests'), quantityText(request), `must be equal to ${name} limit of ${quantityText(limit)}`)
  else if (order > 0) f.invalid(at.child('requests'), quantityText(request), `must be less than or equal to ${name} limit of ${quantityText(limit)}`)
}

/** upstream: validateResourceClaimNames */
function validateClaims(f: Findings, path: Path, claims: readonly { name: string; request?: string }[], known: ReadonlySet<string>): void {
  const names = new Set<string>()
  claims.forEach(({ name = '', request = '' }, i) => {
    const at = path.at(i)
    if (name === '') return f.required(at)
    if (names.has(name)) f.duplicate(at, name)
    else {
      if (request !== '') dnsLabel(f, at.child('request'), request)
      const key = request === '' ? name : `${name}/${request}`
      if (names.has(key)) f.duplicate(at, key)
      else if (request === '') for (const other of names) if (other.startsWith(`${name}/`)) f.duplicate(at, name)
      names.add(key)
    }
    if (!known.has(name)) f.notFound(at, name, `must be one of the names in pod.spec.resourceClaims${known.size === 0 ? ' which is empty' : `: ${[...known].sort().join(', ')}`}`)
  })
}

/** spec.resources: within what all containers take together. upstream: validatePodResources */
export function validatePodResources(f: Findings, at: Path, spec: PodSpec, claimNames: ReadonlySet<string>, options: PodOptions): void {
  const r = spec.resources
  if (r === undefined) return
  if (spec.os?.name === 'windows') return f.forbidden(at, 'may not be set for a windows pod')
  if (r.claims !== undefined) f.forbidden(at.child('claims'), 'claims may not be set for Resources at pod-level')
  validateResources(f, at, r, claimNames, options, true)
  const exceeds = (have: string | undefined, used: string): boolean => have !== undefined && compareQuantities(parseQuantity(used), parseQuantity(have)) > 0
  const requests = aggregateContainers(spec, 'requests')
  for (const name in requests) {
    const own = r.requests?.[name]
    if (exceeds(own, requests[name] as string)) f.invalid(at.child('requests').key(name), own, `must be greater than or equal to aggregate container requests of ${requests[name]}`)
  }
  const limits = aggregateContainers(spec, 'limits')
  for (const name in limits) {
    const own = r.limits?.[name]
    if (isHugePages(name) && exceeds(own, limits[name] as string)) f.invalid(at.child('limits').key(name), own, `must be greater than or equal to aggregate container limits of ${limits[name]}`)
  }
  spec.containers?.forEach((c, i) => {
    for (const name in c.resources?.limits) {
      const limit = c.resources.limits[name] as string
      if (exceeds(r.limits?.[name], limit)) f.invalid(at.child('containers').at(i).key(name).child('limits'), limit, `must be less than or equal to pod limits of ${r.limits?.[name]}`)
    }
  })
}
