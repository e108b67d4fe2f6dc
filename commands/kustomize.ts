import { run, toOptions } from '../src/cli/kustomize/kustomize'
import { KubectlCommand } from './kubectl-command'

export default class Kustomize extends KubectlCommand<'kustomize'> {
  async run(): Promise<void> {
    run(toOptions(this.invocation, this.factory))
  }
}
