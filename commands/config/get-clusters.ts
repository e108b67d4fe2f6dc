import { getClusters } from '../../src/cli/config/list'
import { toOptions } from '../../src/cli/config/options'
import { KubectlCommand } from '../kubectl-command'

export default class ConfigGetClusters extends KubectlCommand<'config get-clusters'> {
  async run(): Promise<void> {
    getClusters(toOptions(this.invocation, this.factory))
  }
}
