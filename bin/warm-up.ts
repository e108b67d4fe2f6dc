/** Runs typical commands before the snapshot is taken, so that the bytecode of what every start needs is inside it. */
import { main } from '../commands/main'
import { aggregatedDiscovery } from '../src/apiserver/discovery'
import { Registry } from '../src/apiserver/registry'
import type { Access } from '../src/cli/access'
import type { IOStreams } from '../src/cli/io-streams'
import { createRestMapper } from '../src/cli/rest-mapper'
import { readConfig } from '../src/cluster/config'
import { builtInKinds } from '../src/kinds/registry'

const nowhere: IOStreams = {
  stdin: { async *[Symbol.asyncIterator]() {} },
  stdout: () => {},
  stderr: () => {},
  stdinIsTerminal: false,
  stdoutIsTerminal: false,
  columns: 80,
  env: { HOME: '/nonexistent', KUBERC: 'off', PATH: '' },
  cwd: '/nonexistent',
  interrupt: new AbortController().signal,
}

const noAccess: Access = {
  open: () => Promise.reject(new Error('no cluster while warming up')),
  create: () => Promise.reject(new Error('no cluster while warming up')),
  serve: () => Promise.reject(new Error('no cluster while warming up')),
  programs: '/nonexistent',
  runProgram: () => Promise.reject(new Error('no program while warming up')),
}

const COMMANDS = [['get', 'pods'], ['get', 'pods', '-n', 'x', '-o', 'yaml'], ['apply', '-f', 'x.yaml'], ['config', 'current-context'], ['get', '--bogus'], ['delete', 'pod/x', '--now']]

/** Never fails: a command that cannot run warms what it reached. */
export async function warmUp(): Promise<void> {
  // A command that needs a part beside the bundle ends there.
  for (const words of COMMANDS) await main(['kubectl', ...words], nowhere, { now: () => 0 }, noAccess).catch(() => 1)
  // What opening a file does besides SQLite, whose native part cannot be loaded here.
  readConfig(undefined)
  const registry = new Registry(builtInKinds())
  const { api, apis } = aggregatedDiscovery(registry.customResources())
  const mapper = createRestMapper([api, apis])
  for (const word of ['po', 'deployments.apps', 'svc']) mapper.resourceFor(word)
  mapper.category('all')
}
