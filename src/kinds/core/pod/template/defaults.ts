/** What the API fills in where the author of a pod or of a pod template said nothing; everything here changes the object in place. upstream: pkg/apis/core/v1/defaults.go, zz_generated.defaults.go */
import type { Container, EphemeralContainer, Lifecycle, Pod, PodSpec, PodTemplateSpec, Probe } from '../../../schema/types/core.v1'
import { pullPolicyOf } from './image-name'
import { aggregateContainers, isHugePages, isOvercommitAllowed, isPodLevelResource, requestsFromLimits, roundResources, type ResourceList } from './resources'
import { defaultVolume } from './volume-defaults'

export const DEFAULT_GRACE_SECONDS = 30
const TERMINATION_MESSAGE_PATH = '/dev/termination-log'

/** What stands for a template that was not given. */
export const emptyTemplate = (): PodTemplateSpec => ({ metadata: {}, spec: { containers: null as never } })

/** Defaults of every object that holds a pod template. */
export function defaultPodTemplate(template: PodTemplateSpec | undefined): void {
  if (template === undefined || template === null) return
  template.metadata ??= {}
  defaultPodSpec((template.spec ??= { containers: null as never }))
}

/** Defaults of a pod itself: those of its spec and what only a pod gets. upstream: SetDefaults_Pod */
export function defaultPod(pod: Pod): void {
  pod.spec ??= { containers: null as never }
  pod.status ??= {}
  dropInitAnnotations(pod)
  const { spec } = pod
  defaultPodSpec(spec)
  for (const c of spec.containers ?? []) requestsFromLimits(c)
  for (const c of spec.initContainers ?? []) requestsFromLimits(c)
  if (spec.resources !== undefined) defaultPodResources(spec)
  spec.enableServiceLinks ??= true
  if (spec.hostNetwork === true) {
    defaultHostPorts(spec.containers)
    defaultHostPorts(spec.initContainers)
  }
}

/** On the host's network a port is the host's. */
export function defaultHostPorts(containers: readonly Container[] | undefined | null): void {
  for (const c of containers ?? []) for (const p of c.ports ?? []) if ((p.hostPort ?? 0) === 0 && p.containerPort !== 0) p.hostPort = p.containerPort
}

const INIT_ANNOTATIONS = ['pod.beta.kubernetes.io/init-containers', 'pod.alpha.kubernetes.io/init-containers', 'pod.beta.kubernetes.io/init-container-statuses', 'pod.alpha.kubernetes.io/init-container-statuses']

/** upstream: pkg/apis/core/v1/conversion.go dropInitContainerAnnotations */
function dropInitAnnotations({ metadata }: Pod): void {
  if (metadata.annotations === undefined || !INIT_ANNOTATIONS.some(a => metadata.annotations?.[a] !== undefined)) return
  metadata.annotations = { ...metadata.annotations }
  for (const a of INIT_ANNOTATIONS) delete metadata.annotations[a]
}

/** upstream: SetDefaults_PodSpec and SetObjectDefaults_Pod */
export function defaultPodSpec(spec: PodSpec): void {
  if (spec.volumes !== undefined) for (const v of spec.volumes) defaultVolume(v)
  if (spec.initContainers !== undefined) for (const c of spec.initContainers) defaultContainer(c)
  if (spec.containers !== undefined && spec.containers !== null) for (const c of spec.containers) defaultContainer(c)
  if (spec.ephemeralContainers !== undefined) for (const c of spec.ephemeralContainers) defaultContainer(c)
  if ((spec.dnsPolicy ?? '') === '') spec.dnsPolicy = 'ClusterFirst'
  if ((spec.restartPolicy ?? '') === '') spec.restartPolicy = 'Always'
  spec.securityContext ??= {}
  spec.terminationGracePeriodSeconds ??= DEFAULT_GRACE_SECONDS
  if ((spec.schedulerName ?? '') === '') spec.schedulerName = 'default-scheduler'
  roundResources(spec.overhead)
  if (spec.resources !== undefined) {
    roundResources(spec.resources.limits)
    roundResources(spec.resources.requests)
  }
  sameServiceAccount(spec)
}

/** The old name of the field always says what the new one says. upstream: Convert_v1_PodSpec_To_core_PodSpec */
function sameServiceAccount(spec: PodSpec): void {
  if ((spec.serviceAccountName ?? '') === '') {
    if ((spec.serviceAccount ?? '') === '') return
    spec.serviceAccountName = spec.serviceAccount as string
  }
  spec.serviceAccount = spec.serviceAccountName as string
}

function defaultContainer(c: Container | EphemeralContainer): void {
  if ((c.imagePullPolicy ?? '') === '') c.imagePullPolicy = pullPolicyOf(c.image)
  if ((c.terminationMessagePath ?? '') === '') c.terminationMessagePath = TERMINATION_MESSAGE_PATH
  if ((c.terminationMessagePolicy ?? '') === '') c.terminationMessagePolicy = 'File'
  c.resources ??= {}
  roundResources(c.resources.limits)
  roundResources(c.resources.requests)
  if (c.ports !== undefined) for (const p of c.ports) if ((p.protocol ?? '') === '') p.protocol = 'TCP'
  if (c.env !== undefined)
    for (const { valueFrom } of c.env) {
      if (valueFrom === undefined) continue
      if (valueFrom.fieldRef !== undefined && (valueFrom.fieldRef.apiVersion ?? '') === '') valueFrom.fieldRef.apiVersion = 'v1'
      if (valueFrom.fileKeyRef !== undefined) valueFrom.fileKeyRef.optional ??= false
    }
  defaultProbe(c.livenessProbe)
  defaultProbe(c.readinessProbe)
  defaultProbe(c.startupProbe)
  if (c.lifecycle !== undefined) defaultLifecycle(c.lifecycle)
}

function defaultProbe(p: Probe | undefined): void {
  if (p === undefined) return
  if ((p.timeoutSeconds ?? 0) === 0) p.timeoutSeconds = 1
  if ((p.periodSeconds ?? 0) === 0) p.periodSeconds = 10
  if ((p.successThreshold ?? 0) === 0) p.successThreshold = 1
  if ((p.failureThreshold ?? 0) === 0) p.failureThreshold = 3
  defaultHttpGet(p.httpGet)
  if (p.grpc !== undefined) p.grpc.service ??= ''
}

function defaultLifecycle({ postStart, preStop }: Lifecycle): void {
  defaultHttpGet(postStart?.httpGet)
  defaultHttpGet(preStop?.httpGet)
}

function defaultHttpGet(get: { path?: string; scheme?: string } | undefined): void {
  if (get === undefined) return
  if ((get.path ?? '') === '') get.path = '/'
  if ((get.scheme ?? '') === '') get.scheme = 'HTTP'
}

// ── Resources of the pod as a whole ─────────────────────────────────────────

const isEmpty = (list: ResourceList | undefined): boolean => list === undefined || Object.keys(list).length === 0

/** upstream: defaultHugePagePodLimits, defaultPodRequests, defaultPodLimits */
function defaultPodResources(spec: PodSpec): void {
  const resources = spec.resources as { limits?: ResourceList; requests?: ResourceList }
  if (isEmpty(resources.limits) && isEmpty(resources.requests)) return
  const limits = aggregateContainers(spec, 'limits')
  for (const name in limits) if (isHugePages(name) && resources.requests?.[name] === undefined) (resources.limits ??= {})[name] ??= limits[name] as string
  if (!isEmpty(resources.limits)) defaultPodRequests(spec, resources)
  else defaultPodLimits(spec, resources, limits)
}

function defaultPodRequests(spec: PodSpec, resources: { limits?: ResourceList; requests?: ResourceList }): void {
  const requests: ResourceList = { ...resources.requests }
  const used = aggregateContainers(spec, 'requests')
  for (const name in used) if (isPodLevelResource(name) && isOvercommitAllowed(name)) requests[name] ??= used[name] as string
  for (const name in resources.limits) if (isPodLevelResource(name)) requests[name] ??= resources.limits[name] as string
  if (!isEmpty(requests)) resources.requests = requests
}

function defaultPodLimits(spec: PodSpec, resources: { limits?: ResourceList; requests?: ResourceList }, used: ResourceList): void {
  const limits: ResourceList = { ...resources.limits }
  const all = [...(spec.containers ?? []), ...(spec.initContainers ?? [])]
  for (const name in used) if (isPodLevelResource(name) && isOvercommitAllowed(name) && all.every(c => c.resources?.limits?.[name] !== undefined)) limits[name] ??= used[name] as string
  if (!isEmpty(limits)) resources.limits = limits
}
