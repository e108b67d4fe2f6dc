/** PodTemplate: a template of pods as an object of its own. */
import { Findings, Path } from '../../../base/findings'
import { formatLabels } from '../../../base/label-selector'
import { defineKind, name } from '../../kind'
import type { PodTemplate } from '../../schema/types/core.v1'
import { templateColumns } from '../pod/template/columns'
import { defaultPodTemplate, emptyTemplate } from '../pod/template/defaults'
import { dropDisabled } from '../pod/template/disabled'
import { validateFinalizerNames, validateMetadataUpdate } from '../pod/template/metadata'
import { podTemplateWarnings } from '../pod/template/warnings'
import { validateTemplate } from '../pod/template/workload'

const TEMPLATE = Path.of('template')

export const podTemplate = defineKind<PodTemplate>({
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  singular: 'podtemplate',
  scope: 'Namespaced',

  applyDefaults: t => defaultPodTemplate((t.template ??= emptyTemplate())),
  prepareForCreate: t => dropDisabled(t.template?.spec),
  prepareForUpdate: t => dropDisabled(t.template?.spec),
  validate(t) {
    const f = new Findings()
    validateFinalizerNames(f, t.metadata)
    validateTemplate(f, TEMPLATE, t.template)
    return f.errors
  },
  validateUpdate(next, previous) {
    const f = new Findings()
    validateMetadataUpdate(f, next, previous)
    validateTemplate(f, TEMPLATE, next.template, previous.template)
    return f.errors
  },
  warnings: (next, previous) => (previous === undefined || previous.metadata.generation !== next.metadata.generation ? podTemplateWarnings(next.template, TEMPLATE) : []),

  columns: [
    name,
    ...templateColumns<PodTemplate>(t => t.template).map(c => ({ ...c, priority: 0 })),
    { name: 'Pod Labels', type: 'string', description: 'Labels of the template.', cell: t => formatLabels(t.template?.metadata?.labels) },
  ],
})
