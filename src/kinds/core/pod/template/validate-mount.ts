/** Where volumes appear in a container. upstream: pkg/apis/core/validation ValidateVolumeMounts, ValidateVolumeDevices */
import type { Findings, Path } from '../../../../base/findings'
import type { Container, EphemeralContainer, VolumeDevice, VolumeMount } from '../../../schema/types/core.v1'
import { localPath } from './validate-text'
import type { Volumes } from './validate-volume'

type AnyContainer = Container | EphemeralContainer

/** Errors of some fields stand at the list, not at the mount, as upstream has them. */
export function validateVolumeMounts(f: Findings, path: Path, mounts: readonly VolumeMount[], c: AnyContainer, volumes: Volumes): void {
  const paths = new Set<string>()
  for (let i = 0; i < mounts.length; i++) {
    const m = mounts[i] as VolumeMount
    const { name = '', mountPath = '', subPath = '', subPathExpr = '' } = m
    const at = path.at(i)
    if (name === '') f.required(at.child('name'))
    if (!volumes.has(name)) f.notFound(at.child('name'), name)
    if (mountPath === '') f.required(at.child('mountPath'))
    if (paths.has(mountPath)) f.invalid(at.child('mountPath'), mountPath, 'must be unique')
    paths.add(mountPath)
    if (c.volumeDevices !== undefined) {
      if (c.volumeDevices.some(d => (d.name ?? '') === name)) f.invalid(at.child('name'), name, 'must not already exist in volumeDevices')
      if (c.volumeDevices.some(d => (d.devicePath ?? '') === mountPath)) f.invalid(at.child('mountPath'), mountPath, 'must not already exist as a path in volumeDevices')
    }
    if (subPath !== '') localPath(f, path.child('subPath'), subPath)
    if (subPathExpr !== '') {
      if (subPath !== '') f.invalid(at.child('subPathExpr'), subPathExpr, 'subPathExpr and subPath are mutually exclusive')
      localPath(f, path.child('subPathExpr'), subPathExpr)
    }
    if (m.mountPropagation !== undefined) propagation(f, path.child('mountPropagation'), m.mountPropagation, c)
    if (m.recursiveReadOnly !== undefined) recursiveReadOnly(f, path.child('recursiveReadOnly'), m)
  }
}

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None']

function propagation(f: Findings, at: Path, mode: string, c: AnyContainer): void {
  if (!PROPAGATIONS.includes(mode)) f.unsupported(at, mode, PROPAGATIONS)
  if (mode === 'Bidirectional' && c.securityContext?.privileged !== true) f.forbidden(at, 'Bidirectional mount propagation is available only to privileged containers')
}

const RECURSIVE = ['Disabled', 'Enabled', 'IfPossible']

function recursiveReadOnly(f: Findings, at: Path, m: VolumeMount): void {
  const mode = m.recursiveReadOnly as string
  if (mode === 'Disabled') return
  if (!RECURSIVE.includes(mode)) return f.unsupported(at, mode, RECURSIVE)
  if (m.readOnly !== true) f.forbidden(at, 'may only be specified when readOnly is true')
  if (m.mountPropagation !== undefined && m.mountPropagation !== 'None') f.forbidden(at, 'may only be specified when mountPropagation is None or not specified')
}

export function validateVolumeDevices(f: Findings, path: Path, devices: readonly VolumeDevice[], c: AnyContainer, volumes: Volumes): void {
  const paths = new Set<string>()
  const names = new Set<string>()
  devices.forEach(({ name = '', devicePath = '' }, i) => {
    const at = path.at(i)
    const volume = volumes.get(name)
    if (name === '') f.required(at.child('name'))
    if (names.has(name)) f.invalid(at.child('name'), name, 'must be unique')
    if (volume === undefined) f.notFound(at.child('name'), name)
    else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined)
      f.invalid(at.child('name'), name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode')
    if (devicePath === '') f.required(at.child('devicePath'))
    if (paths.has(devicePath)) f.invalid(at.child('devicePath'), devicePath, 'must be unique')
    if (devicePath.split('/').includes('..')) f.invalid(at.child('devicePath'), devicePath, "can not contain backsteps ('..')")
    else paths.add(devicePath)
    if (c.volumeMounts?.some(m => (m.name ?? '') === name) === true) f.invalid(at.child('name'), name, 'must not already exist in volumeMounts')
    if (c.volumeMounts?.some(m => (m.mountPath ?? '') === devicePath) === true) f.invalid(at.child('devicePath'), devicePath, 'must not already exist as a path in volumeMounts')
    if (name !== '') names.add(name)
  })
}
