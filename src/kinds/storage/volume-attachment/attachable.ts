/** Which volumes are attached to nodes before they are mounted. upstream: pkg/volume/csi/csi_plugin.go CanAttach */
import type { KubeObject, Resource } from '../../kind'
import { csiDriver } from '../csi-driver/kind'

type Get = <T extends KubeObject>(kind: Resource<T>, name: string) => T | undefined

/** A driver that says nothing of itself may need it. */
export const isAttachable = (driver: string, get: Get): boolean => get(csiDriver, driver)?.spec.attachRequired !== false
