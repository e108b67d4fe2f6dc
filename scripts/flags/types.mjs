/** What the help text of kubectl does not tell of its flags: types, values without argument, required, hidden. upstream: kubectl/pkg/cmd/*, cli-runtime/pkg/genericclioptions */

/** Types by flag name; `command flag` is looked up first. Letters: see src/cli/flags/definition.ts. */
export const TYPES = {
  // []string whose values are taken as they are; all other lists split at commas.
  'allowlist-entry': 'A', annotation: 'A', annotations: 'A', appendarg: 'A', 'as-group': 'A', 'as-user-extra': 'A', audience: 'A', 'exec-env': 'A',
  for: 'A', 'from-literal': 'A', group: 'A', option: 'A', prependarg: 'A', 'prune-allowlist': 'A', 'resource-name': 'A', rule: 'A', serviceaccount: 'A', user: 'A',
  'run env': 'A', 'set env env': 'A', 'kustomize env': 'A', 'helm-api-versions': 'A', mount: 'A',
  'debug env': 'M', 'debug set-image': 'M', 'aggregation-rule': 'm',
  'chunk-size': 'l', 'limit-bytes': 'l', tail: 'l', revision: 'l', 'to-revision': 'l',
  'create deployment port': 'j', 'create deployment replicas': 'j', 'create priorityclass value': 'j', min: 'j', max: 'j', 'cpu-percent': 'j', v: 'j',
  'log-flush-frequency': 'g', vmodule: 'v',
}
/** The values that a flag takes when it is given alone. */
export const ALONE = { validate: 'strict', 'dry-run': 'unchanged', cascade: 'background' }

export const REQUIRED = {
  scale: ['replicas'], 'create deployment': ['image'], 'create clusterrolebinding': ['clusterrole'], 'create cronjob': ['image', 'schedule'],
  'create service externalname': ['external-name'], 'kuberc set': ['section'], run: ['image'], autoscale: ['max'],
}

const RECORD = { name: 'record', default: 'false', deprecated: '--record will be removed in the future' }
/** Flags that help does not list. */
export const HIDDEN = {
  ...Object.fromEntries(['edit', 'annotate', 'label', 'scale', 'apply edit-last-applied', 'apply', 'expose', 'create', 'run', 'patch', 'set selector', 'set resources', 'set serviceaccount',
    'set image', 'autoscale'].map(path => [path, [RECORD]])),
}
HIDDEN.kustomize = [
  { name: 'reorder', default: "'legacy'", deprecated: "use the new 'sortOptions' field in kustomization.yaml instead." },
  { name: 'enable-managedby-label', default: 'false', deprecated: 'The flag `enable-managedby-label` has been deprecated. Use the `managedByLabel` option in the `buildMetadata` field instead.' },
]
HIDDEN.autoscale = [...HIDDEN.autoscale, { name: 'cpu-percent', default: '-1', deprecated: "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU)." }]

export const ALIASES = {
  'top node': ['nodes', 'no'], 'top pod': ['pods', 'po'], 'config use-context': ['use'], 'create quota': ['resourcequota'], 'create deployment': ['deploy'], 'create namespace': ['ns'],
  'create cronjob': ['cj'], 'create priorityclass': ['pc'], 'create configmap': ['cm'], 'create poddisruptionbudget': ['pdb'], 'create serviceaccount': ['sa'], 'create ingress': ['ing'],
  'create service': ['svc'], 'set serviceaccount': ['sa'],
}
/** Commands that the help of the root leaves out. */
export const EXTRA = {
  alpha: { usage: 'kubectl alpha [options]', flags: [], subs: [] },
  options: { usage: 'kubectl options [options]', flags: [], subs: [] },
}
