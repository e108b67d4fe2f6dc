import { printEnvironment, toOptions } from '../../src/cli/own/env'
import { KubectlCommand } from '../kubectl-command'

export default class KubottleEnv extends KubectlCommand<'kubottle env'> {
  async run(): Promise<void> {
    printEnvironment(toOptions(this.factory))
  }
}
