import { cordon, toNodeOptions } from '../src/cli/drain/nodes'
import { KubectlCommand } from './kubectl-command'

export default class Cordon extends KubectlCommand<'cordon'> {
  async run(): Promise<void> {
    await cordon(await toNodeOptions(this.invocation, this.factory), true)
  }
}
