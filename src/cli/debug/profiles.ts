/** Debugging profiles: how much a debug container may, and what a copy of a pod keeps. upstream: kubectl/pkg/cmd/debug/profiles.go */
import { UsageError } from '../../base/errors'
import type { Container, Pod } from '../../kinds/schema/types/core.v1'

/** Where the debug container stands: in a running pod, in a copy of one, in a pod of its own on a node. */
export type Style = 'ephemeral' | 'copy' | 'node'

/** What a copy keeps of the original. */
export interface Keep {
  readonly labels: boolean
  readonly annotations: boolean
  readonly liveness: boolean
  readonly readiness: boolean
  readonly startup: boolean
  readonly initContainers: boolean
}

/** Changes the pod and its debug container, which must both be the caller's own. */
export type Profile = (pod: Pod, container: Container, style: Style, keep: Keep) => void

const PROFILES: Readonly<Record<string, Profile>> = {
  legacy(pod, container, style) {
    if (style === 'node') {
      mountRoot(pod, container)
      useHostNamespaces(pod)
    }
    if (style === 'copy') delete pod.metadata.labels
  },
  general(pod, container, style, keep) {
    if (style === 'node') {
      mountRoot(pod, container)
      delete container.securityContext
      useHostNamespaces(pod)
      return
    }
    if (style === 'copy') strip(pod, keep)
    addCapabilities(container, 'SYS_PTRACE')
    if (style === 'copy') shareProcesses(pod)
  },
  baseline(pod, container, style, keep) {
    delete container.securityContext
    if (style === 'copy') stripAndShare(pod, keep)
  },
  restricted(pod, container, style, keep) {
    container.securityContext = {
      runAsNonRoot: true, capabilities: { drop: ['ALL'] }, allowPrivilegeEscalation: false, seccompProfile: { type: 'RuntimeDefault' },
    }
    if (style === 'copy') stripAndShare(pod, keep)
  },
  netadmin(pod, container, style, keep) {
    addCapabilities(container, 'NET_ADMIN', 'NET_RAW')
    if (style === 'node') useHostNamespaces(pod)
    if (style === 'copy') stripAndShare(pod, keep)
  },
  sysadmin(pod, container, style, keep) {
    container.securityContext = { ...container.securityContext, privileged: true }
    if (style === 'node') {
      useHostNamespaces(pod)
      mountRoot(pod, container)
    }
    if (style === 'copy') stripAndShare(pod, keep)
  },
}

/** Throws UsageError. */
export function profileNamed(name: string): Profile {
  const profile = Object.hasOwn(PROFILES, name) ? PROFILES[name] : undefined
  if (profile === undefined) throw new UsageError(`unknown profile: ${name}`)
  return profile
}

function strip(pod: Pod, keep: Keep): void {
  if (!keep.labels) delete pod.metadata.labels
  if (!keep.annotations) delete pod.metadata.annotations
  for (const c of pod.spec.containers) {
    if (!keep.liveness) delete c.livenessProbe
    if (!keep.readiness) delete c.readinessProbe
    if (!keep.startup) delete c.startupProbe
  }
  if (!keep.initContainers) delete pod.spec.initContainers
}

function shareProcesses({ spec }: Pod): void {
  spec.shareProcessNamespace ??= true
}

function stripAndShare(pod: Pod, keep: Keep): void {
  strip(pod, keep)
  shareProcesses(pod)
}

function addCapabilities(container: Container, ...names: string[]): void {
  const { securityContext } = container
  const { capabilities } = securityContext ?? {}
  container.securityContext = { ...securityContext, capabilities: { ...capabilities, add: [...(capabilities?.add ?? []), ...names] } }
}

function mountRoot({ spec }: Pod, container: Container): void {
  spec.volumes = [...(spec.volumes ?? []), { name: 'host-root', hostPath: { path: '/' } }]
  container.volumeMounts = [...(container.volumeMounts ?? []), { mountPath: '/host', name: 'host-root' }]
}

function useHostNamespaces({ spec }: Pod): void {
  spec.hostNetwork = true
  spec.hostPID = true
  spec.hostIPC = true
}
