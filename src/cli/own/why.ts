/** `kubottle why`: what is in the way of an object, and what would help. */
import chalk from 'chalk'
import { UsageError } from '../../base/errors'
import { yamlText } from '../../base/yaml/writer'
import type { NodeVerdicts, WhyReport } from '../../client/why-report'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { jsonText } from '../print/json'
import { alignTabs, TABLE_STYLE } from '../print/tab-writer'
import { ownControl } from './control'

export interface Options {
  readonly factory: Factory
  readonly resources: readonly string[]
  readonly output: '' | 'json' | 'yaml'
  readonly nodes: boolean
}

/** Throws UsageError for an output that there is not, and without an object. */
export function toOptions(invocation: Invocation<'kubottle why'>, factory: Factory): Options {
  const { output, nodes } = invocation.flags
  if (output !== '' && output !== 'json' && output !== 'yaml') throw new UsageError(`unknown output format ${JSON.stringify(output)}; must be json or yaml`)
  if (invocation.args.length === 0) throw invocation.usageError('an object is expected, such as pod/web')
  return { factory, resources: invocation.args, output, nodes }
}

/** Throws StatusError for what is not there, UsageError for a cluster that is not in a file and for kinds of which nothing can be told. */
export async function run({ factory, resources, output, nodes }: Options): Promise<void> {
  const { io } = factory
  const own = await ownControl(factory)
  const { infos, errors } = await factory.builder().infos({ args: resources, namespace: factory.namespace().name, validate: false })
  if (errors.length > 0) throw errors[0] as Error
  const reports: WhyReport[] = []
  for (const { resource: { group, plural }, namespace, name } of infos) reports.push(await own.why({ group, plural, namespace, name }))
  if (output !== '') return io.stdout((output === 'json' ? jsonText : yamlText)((reports.length === 1 ? reports[0] : reports) as object))
  const colour = io.stdoutIsTerminal && (io.env['NO_COLOR'] ?? '') === ''
  io.stdout(reports.map(r => reportText(r, nodes, colour)).join('\n'))
}

/** For people: how it is, what is wrong one by one, and the nodes. */
export function reportText({ subject, state, findings, nodes }: WhyReport, showNodes: boolean, colour: boolean): string {
  const bold = (text: string): string => (colour ? chalk.bold(text) : text)
  const green = (text: string): string => (colour ? chalk.green(text) : text)
  let out = `${bold(subject)}: ${state}\n`
  if (findings.length === 0) out += 'Nothing is in its way.\n'
  for (const { problem, details, fixes } of findings) {
    out += `\n${bold('*')} ${problem}\n`
    for (const d of details) out += `    ${d}\n`
    for (const f of fixes) out += `  ${green('->')} ${f}\n`
  }
  return showNodes && nodes.length > 0 ? `${out}\n${nodesText(nodes)}` : out
}

/** A line for each plugin that has something to say of a node. */
function nodesText(nodes: readonly NodeVerdicts[]): string {
  const rows = nodes.flatMap(({ node, fits, verdicts, scores }) => {
    if (fits) return [[node, 'fits', scores.map(s => `${s.plugin} ${s.score}×${s.weight}`).join(', ')]]
    return verdicts.filter(v => v.code !== 'Success').map((v, i) => [i === 0 ? node : '', v.plugin, v.reasons.join(', ')])
  })
  return alignTabs(`${[['NODE', 'PLUGIN', 'VERDICT'], ...rows].map(cells => cells.join('\t')).join('\n')}\n`, TABLE_STYLE)
}
