import { run, toOptions } from '../../src/cli/set/env'
import { KubectlCommand } from '../kubectl-command'

export default class SetEnv extends KubectlCommand<'set env'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
