import { run, toOptions } from '../../src/cli/own/dump'
import { KubectlCommand } from '../kubectl-command'

export default class KubottleDump extends KubectlCommand<'kubottle dump'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
