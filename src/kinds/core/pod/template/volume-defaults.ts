/** What the API fills in for a volume. upstream: pkg/apis/core/v1/defaults.go, zz_generated.defaults.go */
import type { DownwardAPIVolumeFile, PersistentVolumeClaimSpec, Volume } from '../../../schema/types/core.v1'
import { pullPolicyOf } from './image-name'
import { roundResources } from './resources'

const FILE_MODE = 0o644
const TOKEN_SECONDS = 3600

/** A volume that names no source is an empty directory; changes the volume in place. */
export function defaultVolume(v: Volume): void {
  let sources = 0
  for (const name in v) {
    if (name === 'name' || v[name as keyof Volume] === undefined) continue
    sources++
    const fill = FILL[name]
    if (fill !== undefined) fill(v)
  }
  if (sources === 0) v.emptyDir = {}
}

const FILL: Readonly<Record<string, (v: Volume) => void>> = {
  hostPath: ({ hostPath: s }) => {
    if (s !== undefined) s.type ??= ''
  },
  secret: ({ secret: s }) => {
    if (s !== undefined) s.defaultMode ??= FILE_MODE
  },
  configMap: ({ configMap: s }) => {
    if (s !== undefined) s.defaultMode ??= FILE_MODE
  },
  downwardAPI: ({ downwardAPI: s }) => {
    if (s === undefined) return
    s.defaultMode ??= FILE_MODE
    defaultFiles(s.items)
  },
  projected: ({ projected: s }) => {
    if (s === undefined) return
    s.defaultMode ??= FILE_MODE
    for (const source of s.sources ?? []) {
      defaultFiles(source.downwardAPI?.items)
      if (source.serviceAccountToken !== undefined) source.serviceAccountToken.expirationSeconds ??= TOKEN_SECONDS
      if (source.podCertificate !== undefined) source.podCertificate.maxExpirationSeconds ??= 86400
    }
  },
  ephemeral: ({ ephemeral: s }) => {
    if (s?.volumeClaimTemplate === undefined) return
    s.volumeClaimTemplate.metadata ??= {}
    defaultClaimSpec(s.volumeClaimTemplate.spec)
  },
  image: ({ image: s }) => {
    if (s !== undefined && (s.pullPolicy ?? '') === '') s.pullPolicy = pullPolicyOf(s.reference)
  },
  iscsi: ({ iscsi: s }) => {
    if (s !== undefined && (s.iscsiInterface ?? '') === '') s.iscsiInterface = 'default'
  },
  rbd: ({ rbd: s }) => {
    if (s === undefined) return
    if ((s.pool ?? '') === '') s.pool = 'rbd'
    if ((s.user ?? '') === '') s.user = 'admin'
    if ((s.keyring ?? '') === '') s.keyring = '/etc/ceph/keyring'
  },
  azureDisk: ({ azureDisk: s }) => {
    if (s === undefined) return
    s.cachingMode ??= 'ReadWrite'
    s.fsType ??= 'ext4'
    s.readOnly ??= false
    s.kind ??= 'Shared'
  },
  scaleIO: ({ scaleIO: s }) => {
    if (s === undefined) return
    if ((s.storageMode ?? '') === '') s.storageMode = 'ThinProvisioned'
    if ((s.fsType ?? '') === '') s.fsType = 'xfs'
  },
}

function defaultFiles(items: readonly DownwardAPIVolumeFile[] | undefined): void {
  for (const { fieldRef } of items ?? []) if (fieldRef !== undefined && (fieldRef.apiVersion ?? '') === '') fieldRef.apiVersion = 'v1'
}

/** Of claims and of templates of claims. upstream: SetDefaults_PersistentVolumeClaimSpec */
export function defaultClaimSpec(spec: PersistentVolumeClaimSpec): void {
  spec.volumeMode ??= 'Filesystem'
  roundResources(spec.resources?.limits)
  roundResources(spec.resources?.requests)
}
