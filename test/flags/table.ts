/** All cases, by command. */
import type { FlagTable } from './case'
import { CHANGE } from './change'
import { CONFIGURE } from './configure'
import { CREATE } from './create'
import { READ } from './read'
import { STREAMS } from './streams'
import { WRITE } from './write'

export const TABLE: FlagTable = { ...CREATE, ...CHANGE, ...WRITE, ...READ, ...STREAMS, ...CONFIGURE }
