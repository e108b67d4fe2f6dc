import { edit, toEditOptions } from '../../src/cli/apply/last-applied'
import { KubectlCommand } from '../kubectl-command'

export default class ApplyEditLastApplied extends KubectlCommand<'apply edit-last-applied'> {
  async run(): Promise<void> {
    await edit(toEditOptions(this.invocation, this.factory))
  }
}
