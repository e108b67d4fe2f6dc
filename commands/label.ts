import { run, toOptions } from '../src/cli/label/label'
import { KubectlCommand } from './kubectl-command'

export default class Label extends KubectlCommand<'label'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
