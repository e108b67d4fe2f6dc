/** What kubectl asks before it looks at a command's arguments: the kubeconfig, the printer, the cascade. upstream: the order of Complete in kubectl/pkg/cmd/* */
import { UsageError } from '../../base/errors'
import { ContextNotFound } from '../errors'
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
const DRY_RUN_FIRST = paths('cordon,uncordon,drain')
/** And these for the printer before that. */
const PRINTER_BEFORE_CLIENT = paths('expose,set env,set image,set resources,set selector,set serviceaccount,set subject,certificate approve,certificate deny,wait,annotate,scale')
const PRINTER_FIRST = paths('create,apply set-last-applied,replace,label')
const CASCADE_FIRST = paths('apply,replace,delete')
const VALIDATION_FIRST = paths('create,replace')

const FORMATS = new Set(['', 'go-template', 'go-template-file', 'json', 'jsonpath', 'jsonpath-as-json', 'jsonpath-file', 'kyaml', 'name', 'template', 'templatefile', 'yaml'])
const CASCADES = new Set(['true', 'false', 'background', 'foreground', 'orphan'])

/** Throws ConfigurationError, UsageError. */
export function checkFirst(invocation: Invocation, io: IOStreams): void {
  const { path, changed } = invocation
  const flags = invocation.flags as unknown as Record<string, string>
  if (path === 'apply' && invocation.args.length > 0) return
  if (DRY_RUN_FIRST.has(path) && invocation.args.length > 0 !== changed.has('selector')) invocation.dryRun()
  if (PRINTER_BEFORE_CLIENT.has(path)) checkPrinter(invocation, io)
  if (NAMESPACE_FIRST.has(path) || CLIENT_FIRST.has(path)) checkNames(invocation, io, NAMESPACE_FIRST.has(path) && invocation.flags.namespace === '')
  if (CLIENT_FIRST.has(path)) requestTimeout(flags['request-timeout'] as string)
  if (PRINTER_FIRST.has(path)) checkPrinter(invocation, io)
  if (CASCADE_FIRST.has(path) && changed.has('cascade') && !CASCADES.has(flags['cascade'] as string)) throw new UsageError(`invalid cascade value (${flags['cascade']}). Must be "background", "foreground", or "orphan"`)
  if (VALIDATION_FIRST.has(path) && changed.has('validate')) invocation.fieldValidation()
}

/** Throws UsageError. */
function checkPrinter({ path, changed, flags }: Invocation, io: IOStreams): void {
  if (!changed.has('output') && !changed.has('template')) return
  const { output, template } = flags as unknown as { readonly output: string; readonly template: string }
  const format = output === '' && template !== '' ? 'go-template' : output
  if (!FORMATS.has((format.split('=')[0] as string).toLowerCase())) throw noPrinterError(output)
  // A template is read at once, but for commands that make a printer for each object.
  if (path !== 'label' && /template|jsonpath/.test(format)) templatePrinter(format, flags as never, io)
}

/** Contexts, clusters and users that flags name and no kubeconfig has. */
function checkNames({ flags, changed }: Invocation, io: IOStreams, asNamespace: boolean): void {
  if (!changed.has('context') && !changed.has('cluster') && !changed.has('user')) return
  const config = openKubeconfig(io, flags.kubeconfig).starting()
  const { context, cluster, server } = flags
  if (context !== '' && !config.contexts.has(context)) {
    throw asNamespace ? new ContextNotFound(context) : new UsageError(`context "${context}" does not exist`)
  }
  if (cluster !== '' && server === '' && !config.clusters.has(cluster)) throw new UsageError(asNamespace ? `no server found for cluster "${cluster}"` : `cluster "${cluster}" does not exist`)
  const user = flags.user as unknown
  if (!asNamespace && typeof user === 'string' && user !== '' && !config.users.has(user)) throw new UsageError(`auth info "${user}" does not exist`)
}
