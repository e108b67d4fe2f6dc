/** main with the registry of commands: what bin/ and the tests call. */
import type { Clock } from '../src/base/clock'
import type { Access } from '../src/cli/access'
import type { IOStreams } from '../src/cli/io-streams'
import { main as runMain } from '../src/cli/main'
import { commands } from './registry'

/** `argv[0]` is `kubectl` or `kubottle`. Answers the exit code; never throws, never exits the process. */
export const main = (argv: readonly string[], io: IOStreams, clock: Clock, access: Access): Promise<number> => runMain(argv, io, clock, access, commands)
