/** Files of one volume that would stand in each other's way. upstream: pkg/api/pod/warnings.go warningsForOverlappingVirtualPaths */
import { byCodePoint, goJsonString } from '../../../../base/go-text'
import type { Volume, VolumeProjection } from '../../../schema/types/core.v1'

export function* overlapWarnings(volume: Volume): Iterable<string> {
  const { name, configMap, secret, downwardAPI, projected } = volume
  const quoted = goJsonString(name)
  if (configMap?.items !== undefined) yield* overlaps(configMap.items.map(i => i.path), `volume ${quoted} (ConfigMap ${goJsonString(configMap.name ?? '')}): overlapping paths`)
  if (secret?.items !== undefined) yield* overlaps(secret.items.map(i => i.path), `volume ${quoted} (Secret ${goJsonString(secret.secretName ?? '')}): overlapping paths`)
  if (downwardAPI?.items !== undefined) yield* overlaps(downwardAPI.items.map(i => i.path), `volume ${quoted} (DownwardAPI): overlapping paths`)
  if (projected === undefined) return
  const all = new Set<string>()
  for (const source of projected.sources ?? []) {
    if (Object.keys(source).length === 0) yield `volume ${quoted} (Projected) has no sources provided`
    const files = projectedFiles(source)
    if (files === undefined || files.paths.length === 0) continue
    const message = `volume ${quoted} (Projected ${files.of}): overlapping paths`
    yield* overlaps(files.paths, message)
    const own = new Set(files.paths)
    yield* overlaps([...own, ...all].sort(byCodePoint), message)
    for (const path of own) all.add(path)
  }
}

function projectedFiles({ configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle }: VolumeProjection): { paths: string[]; of: string } | undefined {
  if (configMap?.items !== undefined) return { paths: configMap.items.map(i => i.path), of: `ConfigMap ${goJsonString(configMap.name ?? '')}` }
  if (secret?.items !== undefined) return { paths: secret.items.map(i => i.path), of: `Secret ${goJsonString(secret.name ?? '')}` }
  if (downwardAPI?.items !== undefined) return { paths: downwardAPI.items.map(i => i.path), of: 'DownwardAPI' }
  if (serviceAccountToken !== undefined) return { paths: [serviceAccountToken.path], of: 'ServiceAccountToken' }
  if (clusterTrustBundle !== undefined) return { paths: [clusterTrustBundle.path], of: `ClusterTrustBundle ${goJsonString(clusterTrustBundle.name ?? clusterTrustBundle.signerName ?? '')}` }
  return undefined
}

function* overlaps(paths: readonly string[], message: string): Iterable<string> {
  const seen = new Set<string>()
  for (const given of paths) {
    let end = given.length
    while (end > 0 && given[end - 1] === '/') end--
    const path = given.slice(0, end)
    const other = overlapping(seen, path)
    if (other !== '') yield `${message}: ${goJsonString(path)} with ${goJsonString(other)}`
    seen.add(path)
  }
}

function overlapping(seen: Iterable<string>, path: string): string {
  for (const item of seen) {
    if (item === '' || path === '') return ''
    if (item === path || `${item}/`.startsWith(path) || `${path}/`.startsWith(item)) return item
  }
  return ''
}
