/** Projected volumes and the files of the downward API. upstream: pkg/apis/core/validation validateProjectionSources, validateDownwardAPIVolumeFile */
import type { Findings, Path } from '../../../../base/findings'
import type { DownwardAPIVolumeFile, KeyToPath, ProjectedVolumeSource, VolumeProjection } from '../../../schema/types/core.v1'
import type { PodOptions } from './options'
import { validateFieldRef, validateResourceFieldRef } from './validate-env'
import { fileMode, localNonReservedPath } from './validate-text'

const FILE_FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid']
const MIN_TOKEN_SECONDS = 600
const MAX_TOKEN_SECONDS = 2 ** 32

export function validateDownwardFile(f: Findings, at: Path, file: DownwardAPIVolumeFile): void {
  if ((file.path ?? '') === '') f.required(at.child('path'))
  localNonReservedPath(f, at.child('path'), file.path ?? '')
  if (file.fieldRef !== undefined) {
    validateFieldRef(f, at.child('fieldRef'), file.fieldRef, FILE_FIELDS)
    if (file.resourceFieldRef !== undefined) f.invalid(at, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously')
  } else if (file.resourceFieldRef !== undefined) validateResourceFieldRef(f, at.child('resourceFieldRef'), file.resourceFieldRef, true)
  else f.required(at, 'one of fieldRef and resourceFieldRef is required')
  fileMode(f, at.child('mode'), file.mode)
}

export function validateProjected(f: Findings, at: Path, volume: ProjectedVolumeSource, options: PodOptions): void {
  fileMode(f, at.child('defaultMode'), volume.defaultMode)
  const taken = new Set<string>()
  /** Two files of one path; the error stands at the volume and quotes the second source. */
  const take = (path: string | undefined, quoted: string): void => {
    if (path === undefined || path === '') return
    if (taken.has(path)) f.invalid(at, quoted, 'conflicting duplicate paths')
    taken.add(path)
  }
  volume.sources?.forEach((source, i) => validateProjection(f, at, at.child('sources').at(i), source, take, options))
}

function validateProjection(f: Findings, at: Path, sourceAt: Path, source: VolumeProjection, take: (path: string | undefined, quoted: string) => void, options: PodOptions): void {
  let sources = 0
  const keys = (name: 'secret' | 'configMap', s: { name?: string; items?: KeyToPath[] } | undefined): void => {
    if (s === undefined) return
    sources++
    if ((s.name ?? '') === '') f.required(sourceAt.child(name).child('name'))
    s.items?.forEach((item, i) => {
      validateKeyToPath(f, sourceAt.child(name).child('items').at(i), item)
      take(item.path, s.name ?? '')
    })
  }
  keys('secret', source.secret)
  keys('configMap', source.configMap)
  if (source.downwardAPI !== undefined) {
    sources++
    for (const file of source.downwardAPI.items ?? []) {
      validateDownwardFile(f, sourceAt.child('downwardAPI'), file)
      take(file.path, file.path)
    }
  }
  if (source.serviceAccountToken !== undefined) {
    sources++
    const { expirationSeconds = 0, path = '' } = source.serviceAccountToken
    const secondsAt = sourceAt.child('serviceAccountToken').child('expirationSeconds')
    if (expirationSeconds < MIN_TOKEN_SECONDS) f.invalid(secondsAt, expirationSeconds, 'may not specify a duration less than 10 minutes')
    if (expirationSeconds > MAX_TOKEN_SECONDS) f.invalid(secondsAt, expirationSeconds, 'may not specify a duration larger than 2^32 seconds')
    if (path === '') f.required(at.child('path'))
    else if (options.allowNonLocalTokenPath !== true) localNonReservedPath(f, at.child('path'), path)
  }
  if (sources > 1) f.forbidden(sourceAt, 'may not specify more than 1 volume type per source')
}

/** Keys of a ConfigMap or Secret and where they go. */
export function validateKeyToPath(f: Findings, at: Path, item: KeyToPath): void {
  if ((item.key ?? '') === '') f.required(at.child('key'))
  if ((item.path ?? '') === '') f.required(at.child('path'))
  localNonReservedPath(f, at.child('path'), item.path ?? '')
  fileMode(f, at.child('mode'), item.mode)
}
