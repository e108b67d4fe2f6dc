import { run, toOptions } from '../src/cli/autoscale/autoscale'
import { KubectlCommand } from './kubectl-command'

export default class Autoscale extends KubectlCommand<'autoscale'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
