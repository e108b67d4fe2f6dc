import { run, toOptions } from '../src/cli/scale/scale'
import { KubectlCommand } from './kubectl-command'

export default class Scale extends KubectlCommand<'scale'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
