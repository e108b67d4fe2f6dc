import { printEnvironment, toOptions } from '../../src/cli/own/shell'
import { KubectlCommand } from '../kubectl-command'

export default class KubottleEnv extends KubectlCommand<'kubottle env'> {
  async run(): Promise<void> {
    printEnvironment(toOptions(this.factory))
  }
}
