/** The base of every command class: what oclif needs, and nothing that oclif would read from the disk. */
import { Command } from '@oclif/core/command'
import type { Config } from '@oclif/core/config'
import type { Factory } from '../src/cli/factory'
import type { CommandPath, Invocation } from '../src/cli/invocation'

/** Stands in for oclif's Config, whose loading scans folders and reads package.json. */
interface InvocationConfig {
  readonly bin: string
  readonly invocation: Invocation
  readonly factory: Factory
  scopedEnvVarKeys(): string[]
}

/** A command whose flags our parser has read already, since kubectl's flags are pflag's. */
export abstract class KubectlCommand<P extends CommandPath = CommandPath> extends Command {
  protected readonly invocation: Invocation<P>
  protected readonly factory: Factory

  constructor(argv: string[], config: Config) {
    super(argv, config)
    const { invocation, factory } = config as unknown as InvocationConfig
    this.invocation = invocation as Invocation<P>
    this.factory = factory
    this.parsed = true
  }

  // oclif would log, and warn of deprecated aliases, by its own Config.
  protected override async init(): Promise<void> {}

  // main words every failure; oclif would set the process' exit code.
  protected override async catch(error: Error): Promise<never> {
    throw error
  }
}

/** A concrete command class. */
export type CommandClass = new (argv: string[], config: Config) => KubectlCommand

/** Runs the class as oclif runs it. */
export async function runCommandClass(command: CommandClass, invocation: Invocation, factory: Factory): Promise<void> {
  const config: InvocationConfig = { bin: 'kubectl', invocation, factory, scopedEnvVarKeys: () => [] }
  const instance = new command([...invocation.args], config as unknown as Config)
  await (instance as unknown as { _run(): Promise<unknown> })._run()
}
