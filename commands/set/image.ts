import { run, toOptions } from '../../src/cli/set/image'
import { KubectlCommand } from '../kubectl-command'

export default class SetImage extends KubectlCommand<'set image'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory))
  }
}
