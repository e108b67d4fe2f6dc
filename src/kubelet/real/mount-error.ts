/** Why a volume is not ready, and what is told of it. */

/** A volume cannot be mounted yet: told as FailedMount, tried again. */
export class MountError extends Error {
  constructor(
    /** As the kubelet calls the volume: the name in the pod, or that of the PersistentVolume. */
    readonly volume: string,
    message: string,
    /** What the event says; undefined when nothing is told. */
    readonly text: string | undefined = `MountVolume.SetUp failed for volume "${volume}" : ${message}`,
  ) {
    super(message)
  }
}

/** The volume could not even be looked for. upstream: volumemanager WaitForAttachAndMount, desired_state_of_world_populator */
export const unprocessed = (volume: string, message: string): MountError => new MountError(volume, message, `Unable to attach or mount volumes: unmounted volumes=[${volume}], unattached volumes=[], failed to process volumes=[${volume}]: ${message}`)
