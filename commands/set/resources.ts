import { run, toOptions } from '../../src/cli/set/resources'
import { KubectlCommand } from '../kubectl-command'

export default class SetResources extends KubectlCommand<'set resources'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory))
  }
}
