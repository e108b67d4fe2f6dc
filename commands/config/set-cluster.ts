import { setCluster } from '../../src/cli/config/set-entry'
import { toOptions } from '../../src/cli/config/options'
import { KubectlCommand } from '../kubectl-command'

export default class ConfigSetCluster extends KubectlCommand<'config set-cluster'> {
  async run(): Promise<void> {
    setCluster(toOptions(this.invocation, this.factory))
  }
}
