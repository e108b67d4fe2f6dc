import { openShell, toOptions } from '../../src/cli/own/shell'
import { KubectlCommand } from '../kubectl-command'

export default class KubottleShell extends KubectlCommand<'kubottle shell'> {
  async run(): Promise<void> {
    await openShell(toOptions(this.factory))
  }
}
