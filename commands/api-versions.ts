import { run } from '../src/cli/discovery/api-versions'
import { KubectlCommand } from './kubectl-command'

export default class ApiVersions extends KubectlCommand<'api-versions'> {
  async run(): Promise<void> {
    await run(this.factory)
  }
}
