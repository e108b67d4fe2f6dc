/** Columns that the owners of pod templates share. upstream: pkg/printers/internalversion/printers.go layoutContainerCells */
import { formatLabelSelector } from '../../../../base/label-selector'
import type { Column } from '../../../kind'
import type { Container, PodTemplateSpec } from '../../../schema/types/core.v1'
import type { LabelSelector } from '../../../schema/types/meta.v1'

export const containerNames = (containers: readonly Container[] | undefined | null): string => (containers ?? []).map(c => c.name).join(',')
export const containerImages = (containers: readonly Container[] | undefined | null): string => (containers ?? []).map(c => c.image ?? '').join(',')

/** Names and images of the containers, printed with `-o wide`. */
export const templateColumns = <T>(template: (object: T) => PodTemplateSpec | undefined): readonly Column<T>[] => [
  { name: 'Containers', type: 'string', description: 'Names of the containers in the template.', priority: 1, cell: o => containerNames(template(o)?.spec?.containers) },
  { name: 'Images', type: 'string', description: 'Images of the containers in the template.', priority: 1, cell: o => containerImages(template(o)?.spec?.containers) },
]

/** The selector, printed with `-o wide`. */
export const selectorColumn = <T>(selector: (object: T) => LabelSelector | undefined): Column<T> => ({ name: 'Selector', type: 'string', description: 'Which pods are the object\'s own.', priority: 1, cell: o => formatLabelSelector(selector(o)) })

/** A number that is zero until there is one. */
export const count = <T>(name: string, description: string, value: (object: T) => number | undefined): Column<T> => ({ name, type: 'integer', description, cell: o => value(o) ?? 0 })
