/** `kubectl delete`: from flags to options. upstream: kubectl/pkg/cmd/delete/delete.go Complete, Validate */
import { UsageError } from '../../base/errors'
import type { Factory } from '../factory'
import { filesOf } from '../files'
import type { Invocation } from '../invocation'
import { cascadeOf } from './cascade'
import type { Options } from './delete'

/** Throws UsageError. */
export async function toOptions(invocation: Invocation<'delete'>, factory: Factory): Promise<Options> {
  const { args, flags, changed } = invocation
  const { io } = factory
  const cascade = cascadeOf(flags.cascade, io)
  const { name: namespace, explicit } = factory.namespace()
  const selects = flags.all || flags.selector !== '' || flags['field-selector'] !== ''
  let gracePeriod = flags['grace-period']
  if (flags.now) {
    if (gracePeriod !== -1) throw new UsageError('--now and --grace-period cannot be specified together')
    gracePeriod = 1
  }
  if (gracePeriod === 0 && !flags.force) gracePeriod = 1
  if (flags.force && gracePeriod < 0) gracePeriod = 0
  const dryRun = invocation.dryRun()
  const query = {
    args, ...filesOf(flags), namespace, enforceNamespace: explicit,
    allNamespaces: flags['all-namespaces'],
    ...(flags.selector === '' ? {} : { labelSelector: flags.selector }),
    ...(flags['field-selector'] === '' ? {} : { fieldSelector: flags['field-selector'] }),
    selectAll: flags.all,
    validate: false,
  }
  const builder = factory.builder()
  if (flags.raw === '') await builder.plan(query)
  validate(flags)
  if (gracePeriod === 0 && flags.force) io.stderr('Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n')
  if (gracePeriod > 0 && flags.force) throw new UsageError('--force and --grace-period greater than 0 cannot be specified together')
  return {
    query, builder, io, dryRun, gracePeriod, cascade,
    client: factory.client,
    session: factory.session,
    ignoreNotFound: flags['ignore-not-found'] || (selects && !changed.has('ignore-not-found')),
    wait: flags.wait,
    timeoutMs: flags.timeout,
    nameOnly: flags.output === 'name',
    quiet: false,
    interactive: flags.interactive,
    warnClusterScope: explicit && !flags['all-namespaces'],
  }
}

function validate(flags: Invocation<'delete'>['flags']): void {
  const fail = (message: string): never => {
    throw new UsageError(message)
  }
  if (flags.output !== '' && flags.output !== 'name') fail(`unexpected -o output mode: ${flags.output}. We only support '-o name'`)
  if (flags.all && flags.selector !== '') fail('cannot set --all and --selector at the same time')
  if (flags.all && flags['field-selector'] !== '') fail('cannot set --all and --field-selector at the same time')
  if (flags.raw === '') return
  if (flags.interactive) fail('--interactive can not be used with --raw')
  if (flags.filename.length > 1) fail('--raw can only use a single local file or stdin')
  if (flags.recursive) fail('--raw and --recursive are mutually exclusive')
  if (flags.output !== '') fail('--raw and --output are mutually exclusive')
}
