/** The prompt: which cluster, which namespace, what time it is there. */
import { timestamp } from '../../../base/clock'
import type { Clock } from '../../../base/clock'
import type { Access } from '../../access'
import type { GlobalFlags } from '../../flags/types.gen'
import type { IOStreams } from '../../io-streams'
import { entriesOf, resolveNamespace, resolveTarget } from '../../kubeconfig/resolve'

export interface PromptFacts {
  readonly context: string
  readonly namespace: string
  /** The cluster's time, where it can be told at once. */
  readonly nowMs: number | undefined
}

/** undefined where no cluster is meant, or the configuration is broken. Nothing is opened or made. */
export function factsOf(io: IOStreams, flags: GlobalFlags, access: Access, clock: Clock): PromptFacts | undefined {
  try {
    const entries = entriesOf(io, flags)
    const { target, contextName } = resolveTarget(io, flags, entries)
    const nowMs = target.kind === 'file' ? (access.glance?.(target)?.nowMs(clock.now()) ?? clock.now()) : undefined
    return { context: contextName, namespace: resolveNamespace(io, flags, entries).name, nowMs }
  } catch {
    return undefined
  }
}

const DEFAULT = '%c/%n %t %$ '

/**
 * `KUBOTTLE_PROMPT` may say it otherwise: %c context, %n namespace, %t time of the cluster, %d its date, %w folder, %? exit code of the last
 * command, %$ a sign that is red after a failure.
 */
export function promptOf(facts: PromptFacts | undefined, { env, cwd }: Pick<IOStreams, 'env' | 'cwd'>, status: number, colours: boolean): string {
  const coloured = (code: number, text: string): string => (colours && text !== '' ? `\x1b[${code}m${text}\x1b[0m` : text)
  const now = facts?.nowMs === undefined ? '' : timestamp(facts.nowMs)
  const home = env['HOME'] ?? ''
  const parts: Readonly<Record<string, string>> = {
    c: coloured(36, facts?.context ?? 'no cluster'),
    n: coloured(33, facts?.namespace ?? ''),
    t: coloured(90, now.slice(11, 19)),
    d: now.slice(0, 10),
    w: home.length > 1 && (cwd === home || cwd.startsWith(`${home}/`)) ? `~${cwd.slice(home.length)}` : cwd,
    '?': String(status),
    $: coloured(status === 0 ? 32 : 31, '$'),
    '%': '%',
  }
  return (env['KUBOTTLE_PROMPT'] ?? DEFAULT).replace(/%(.)/g, (whole, letter: string) => parts[letter] ?? whole).replaceAll('  ', ' ')
}
