import { run, toOptions } from '../src/cli/completion/scripts'
import { KubectlCommand } from './kubectl-command'

export default class Completion extends KubectlCommand<'completion'> {
  async run(): Promise<void> {
    run(toOptions(this.invocation, this.factory))
  }
}
