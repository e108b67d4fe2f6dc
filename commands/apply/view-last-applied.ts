import { view, toViewOptions } from '../../src/cli/apply/last-applied'
import { KubectlCommand } from '../kubectl-command'

export default class ApplyViewLastApplied extends KubectlCommand<'apply view-last-applied'> {
  async run(): Promise<void> {
    await view(toViewOptions(this.invocation, this.factory))
  }
}
