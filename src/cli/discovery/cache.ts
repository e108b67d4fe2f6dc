/** What a server serves, kept in files between commands. upstream: client-go/discovery/cached/disk */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Clock } from '../../base/clock'
import type { IOStreams } from '../io-streams'

/** How long kubectl trusts what it has kept. */
const TRUSTED_MS = 6 * 60 * 60_000
/** What is younger is not written again. */
const FRESH_MS = 10 * 60_000
const FILE = 'kubottle.json'

export interface DiscoveryCache {
  /** The aggregated documents of /api and /apis, undefined where there are none or old ones. */
  read(): readonly object[] | undefined
  /** Keeps them if it can; `anew` also where what is there is young. */
  write(documents: readonly object[], anew: boolean): void
}

/** The folder that `--cache-dir` names, `KUBECACHEDIR`, or the one that kubectl has; undefined without a home. */
export function cacheFolder(flag: string | undefined, { env, cwd }: Pick<IOStreams, 'env' | 'cwd'>): string | undefined {
  if (flag !== undefined) return flag === '' ? undefined : resolve(cwd, flag)
  const { KUBECACHEDIR = '', HOME = '' } = env
  return KUBECACHEDIR !== '' ? resolve(cwd, KUBECACHEDIR) : HOME === '' ? undefined : join(HOME, '.kube/cache')
}

/** `folder/discovery/127.0.0.1_6443/kubottle.json` */
export function discoveryCache(folder: string, url: string, clock: Clock): DiscoveryCache {
  const place = join(folder, 'discovery', url.replace(/^https?:\/\//, '').replace(/[^\w/.)(]/g, '_'))
  const file = join(place, FILE)
  const ageMs = (): number => {
    const stat = statSync(file, { throwIfNoEntry: false })
    return stat === undefined ? Infinity : clock.now() - stat.mtimeMs
  }
  return {
    read() {
      try {
        if (ageMs() > TRUSTED_MS) return undefined
        const found = JSON.parse(readFileSync(file, 'utf8')) as unknown
        return Array.isArray(found) && found.length === 2 ? (found as object[]) : undefined
      } catch {
        return undefined
      }
    },
    write(documents, anew) {
      try {
        if (!anew && ageMs() < FRESH_MS) return
        mkdirSync(place, { recursive: true, mode: 0o750 })
        const draft = `${file}.${process.pid}.tmp`
        writeFileSync(draft, JSON.stringify(documents), { mode: 0o660 })
        renameSync(draft, file)
      } catch {
        // A folder that cannot be written keeps nothing; the command goes on.
      }
    },
  }
}
