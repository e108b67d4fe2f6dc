import { run, toOptions } from '../src/cli/events/events'
import { KubectlCommand } from './kubectl-command'

export default class Events extends KubectlCommand<'events'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory))
  }
}
