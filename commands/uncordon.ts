import { cordon, toNodeOptions } from '../src/cli/drain/nodes'
import { KubectlCommand } from './kubectl-command'

export default class Uncordon extends KubectlCommand<'uncordon'> {
  async run(): Promise<void> {
    await cordon(await toNodeOptions(this.invocation, this.factory), false)
  }
}
