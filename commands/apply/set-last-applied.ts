import { set, toSetOptions } from '../../src/cli/apply/last-applied'
import { KubectlCommand } from '../kubectl-command'

export default class ApplySetLastApplied extends KubectlCommand<'apply set-last-applied'> {
  async run(): Promise<void> {
    await set(toSetOptions(this.invocation, this.factory))
  }
}
