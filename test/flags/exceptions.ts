/** Flags that are accepted and whose effect no case shows, with the reason. */
const REMOVAL = 'kubectl reads it for --rm and then deletes by name, at once, without waiting'
const NO_FIELDS = 'what it prints has no managed fields'

const of = (path: string, names: readonly string[], why: string): Record<string, string> => Object.fromEntries(names.map(name => [`${path} --${name}`, why]))

export const EXCEPTIONS: Readonly<Record<string, string>> = {
  ...of('run', ['filename', 'kustomize', 'recursive', 'grace-period', 'timeout', 'wait', 'force'], REMOVAL),
  ...of('proxy', ['keepalive'], 'how often an idle connection is probed is not seen'),
  ...of('(global)', ['log-flush-frequency'], 'the log goes to standard error, line by line, as upstream\'s does there'),
  ...of('create token', ['show-managed-fields'], NO_FIELDS),
  ...of('auth whoami', ['show-managed-fields'], NO_FIELDS),
  ...of('apply edit-last-applied', ['show-managed-fields'], NO_FIELDS),
  ...of('api-resources', ['show-managed-fields'], NO_FIELDS),
  ...of('config view', ['show-managed-fields'], NO_FIELDS),
  ...of('kuberc view', ['show-managed-fields'], NO_FIELDS),
  ...of('apply', ['wait'], 'kubectl never reads it'),
  ...of('cluster-info dump', ['pod-running-timeout'], 'it asks for the logs of pods alone, which are not waited for'),
  ...of('kustomize', ['network-name'], 'kubectl never reads it'),
}
