/** `-f`, `-k`, `-R` of any command as the part of a ResourceQuery that they are. upstream: cli-runtime/pkg/genericclioptions FileNameFlags */
import type { ResourceQuery } from './resource-builder/query'

export interface FileFlags {
  readonly filename: readonly string[]
  readonly kustomize?: string
  readonly recursive?: boolean
}

/** The query's files. */
export function filesOf({ filename, kustomize = '', recursive = false }: FileFlags): Pick<ResourceQuery, 'filenames' | 'kustomize' | 'recursive'> {
  return { filenames: filename, kustomize, recursive }
}

/** Neither -f nor -k was given. upstream: cmdutil.IsFilenameSliceEmpty */
export const noFiles = ({ filename, kustomize = '' }: FileFlags): boolean => filename.length === 0 && kustomize === ''
