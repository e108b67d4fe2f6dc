/** `kubectl kuberc view`. upstream: kubectl/pkg/cmd/kuberc/view.go */
import { UsageError } from '../../base/errors'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import type { PrintObject } from '../print-flags'
import { toPrinter } from '../print-flags'
import { asWritten, kubercFile, readPreference, writePreference, type KubercFile, type Preference } from './preference'

export interface Options {
  readonly io: IOStreams
  readonly file: KubercFile
  readonly print: PrintObject
}

/** Throws UsageError. */
export function toOptions({ flags }: Invocation<'kuberc view'>, { io }: Factory): Options {
  return { io, file: kubercFile(flags.kuberc, io), print: toPrinter({ ...flags, output: flags.output === '' && flags.template === '' ? 'yaml' : flags.output }, io) }
}

/** What a new file begins with. upstream: CreateDefaultPreference */
const RECOMMENDED: Preference = {
  apiVersion: 'kubectl.config.k8s.io/v1beta1', kind: 'Preference',
  defaults: [{ command: 'apply', options: [{ name: 'server-side', default: 'true' }] }, { command: 'delete', options: [{ name: 'interactive', default: 'true' }] }],
}

/** Throws UsageError. */
export async function run({ io, file, print }: Options): Promise<void> {
  const preference = readPreference(file, io)
  if (preference !== undefined) return print(asWritten({ ...preference, aliases: preference.aliases ?? [], defaults: preference.defaults ?? [] }))
  if (file.explicit) throw new UsageError(`kuberc file not found at ${file.path}`)
  io.stdout(`kuberc file not found at ${file.path}\nWould you like to generate a default kuberc file with recommended options? (y/N): `)
  let answer = ''
  for await (const chunk of io.stdin) {
    answer += Buffer.from(chunk).toString('utf8')
    if (answer.includes('\n')) break
  }
  if (/^y\s*$/i.test(answer.split('\n')[0] as string)) writePreference(RECOMMENDED, file, io)
}
