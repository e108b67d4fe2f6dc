import { run, toOptions } from '../src/cli/expose/expose'
import { KubectlCommand } from './kubectl-command'

export default class Expose extends KubectlCommand<'expose'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
