/** ControllerRevision: an earlier state of a DaemonSet or StatefulSet, which never changes. */
import { semanticEqual } from '../../../base/equal'
import { Findings, Path } from '../../../base/findings'
import { age, controllerOf, defineKind, name } from '../../kind'
import type { ControllerRevision } from '../../schema/types/apps.v1'
import { validateFinalizerNames, validateMetadataAgain, validateMetadataUpdate } from '../../core/pod/template/metadata'

/** Index of the revisions without a controller, by namespace. */
export const ORPHAN_REVISION = 'orphan'

export const controllerRevision = defineKind<ControllerRevision>({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  singular: 'controllerrevision',
  scope: 'Namespaced',
  generation: 'never',

  validate(revision) {
    const f = new Findings()
    validateFinalizerNames(f, revision.metadata)
    if (revision.data === undefined || revision.data === null) f.required(Path.of('data'), 'data is mandatory')
    f.nonnegative(Path.of('revision'), revision.revision)
    return f.errors
  },
  validateUpdate(next, previous) {
    const f = new Findings()
    validateMetadataUpdate(f, next, previous)
    validateMetadataAgain(f, next.metadata)
    f.nonnegative(Path.of('revision'), next.revision)
    if (!semanticEqual(next.data, previous.data)) f.invalid(Path.of('data'), next.data ?? null, 'field is immutable')
    return f.errors
  },

  columns: [
    name,
    { name: 'Controller', type: 'string', description: 'What the revision is of.', cell: r => controllerText(r) },
    { name: 'Revision', type: 'string', description: 'Number of the revision.', cell: r => r.revision },
    age,
  ],
  indexes: { [ORPHAN_REVISION]: r => (controllerOf(r) === undefined ? [r.metadata.namespace as string] : []) },
})

/** `statefulset.apps/db` */
function controllerText(r: ControllerRevision): string {
  const owner = controllerOf(r)
  if (owner === undefined) return '<none>'
  const [group, version] = owner.apiVersion.split('/')
  return `${owner.kind.toLowerCase()}${version === undefined ? '' : `.${group}`}/${owner.name}`
}
