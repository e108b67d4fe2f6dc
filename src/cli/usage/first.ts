/** What kubectl asks before it looks at a command's arguments: the kubeconfig, the printer, the cascade. upstream: the order of Complete in kubectl/pkg/cmd/* */
import { UsageError } from '../../base/errors'
import { ConfigurationError } from '../errors'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import { openKubeconfig } from '../kubeconfig/files'
import { requestTimeout } from '../kubeconfig/resolve'
import { noPrinterError, templatePrinter } from '../print-flags'

const paths = (text: string): ReadonlySet<string> => new Set(text.split(','))

/** They ask for the namespace first, which is known where a flag says it. upstream: ToRawKubeConfigLoader().Namespace() */
const NAMESPACE_FIRST = paths('set image,set resources,set serviceaccount,set subject,get,edit,delete,rollout history,rollout pause,rollout restart,rollout resume,rollout status,rollout undo,taint,describe,attach,exec,cp,debug,apply edit-last-applied,apply set-last-applied,apply view-last-applied,patch,label,annotate,events,create token,scale,logs,port-forward,top pod,auth reconcile')
/** They ask for a client first. upstream: ToRESTConfig */
const CLIENT_FIRST = paths('expose,set env,explain,certificate approve,certificate deny,top node,apply,replace,wait,cordon,uncordon,drain')
const PRINTER_FIRST = paths('create,expose,set env,set image,set resources,set selector,set serviceaccount,set subject,certificate approve,certificate deny,apply set-last-applied,replace,wait,label,annotate')
const CASCADE_FIRST = paths('apply,replace,delete')
const VALIDATION_FIRST = paths('create,replace')

const FORMATS = new Set(['', 'go-template', 'go-template-file', 'json', 'jsonpath', 'jsonpath-as-json', 'jsonpath-file', 'kyaml', 'name', 'template', 'templatefile', 'yaml'])
const CASCADES = new Set(['true', 'false', 'background', 'foreground', 'orphan'])

/** Throws ConfigurationError, UsageError. */
export function checkFirst(invocation: Invocation, io: IOStreams): void {
  const { path, changed } = invocation
  const flags = invocation.flags as unknown as Record<string, string>
  if (NAMESPACE_FIRST.has(path) || CLIENT_FIRST.has(path)) checkNames(invocation, io, NAMESPACE_FIRST.has(path) && invocation.flags.namespace === '')
  if (CLIENT_FIRST.has(path)) requestTimeout(flags['request-timeout'] as string)
  if (PRINTER_FIRST.has(path) && changed.has('output')) {
    const output = flags['output'] as string
    if (!FORMATS.has((output.split('=')[0] as string).toLowerCase())) throw noPrinterError(output)
    // A template is read at once, but for commands that make a printer for each object.
    if (path !== 'label' && path !== 'annotate' && /template|jsonpath/.test(output)) templatePrinter(output, flags as never, io)
  }
  if (CASCADE_FIRST.has(path) && changed.has('cascade') && !CASCADES.has(flags['cascade'] as string)) throw new UsageError(`invalid cascade value (${flags['cascade']}). Must be "background", "foreground", or "orphan"`)
  if (VALIDATION_FIRST.has(path) && changed.has('validate')) invocation.fieldValidation()
}

/** Contexts, clusters and users that flags name and no kubeconfig has. */
function checkNames({ flags, changed }: Invocation, io: IOStreams, asNamespace: boolean): void {
  if (!changed.has('context') && !changed.has('cluster') && !changed.has('user')) return
  const config = openKubeconfig(io, flags.kubeconfig).starting()
  const { context, cluster, server } = flags
  if (context !== '' && !config.contexts.has(context)) {
    throw asNamespace ? new ConfigurationError([`context was not found for specified context: ${context}`]) : new UsageError(`context "${context}" does not exist`)
  }
  if (cluster !== '' && server === '' && !config.clusters.has(cluster)) throw new UsageError(asNamespace ? `no server found for cluster "${cluster}"` : `cluster "${cluster}" does not exist`)
  const user = flags.user as unknown
  if (!asNamespace && typeof user === 'string' && user !== '' && !config.users.has(user)) throw new UsageError(`auth info "${user}" does not exist`)
}
