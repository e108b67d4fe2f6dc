import { run, toOptions } from '../../src/cli/set/subject'
import { KubectlCommand } from '../kubectl-command'

export default class SetSubject extends KubectlCommand<'set subject'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory))
  }
}
