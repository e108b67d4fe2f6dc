/** What scripts/replay-kubectl.mjs runs before each recording: starts a server of the recorded profile's cluster, which ends when the recording's folder is gone. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const { STATE_DIR: home, PROFILE: profile, KUBOTTLE_KEEP_LOGS: logs, REPLAY_OWN: own } = process.env
const root = fileURLToPath(new URL('../', import.meta.url))
const settings = ['--config', `${root}test/conformance/profiles/${profile}.yaml`]
const ready = join(home, own ? 'served' : 'config')
const log = join(logs ?? home, `serve-${process.ppid}.log`)

if (process.argv[2] === 'watch') {
  const server = spawn(`${root}bin/kubottle`, ['serve', '--file', join(home, 'cluster.db'), ...settings, '--clock', 'settle', '--start-ago', '1h', '--https', '127.0.0.1:0', '--write-kubeconfig', ready], { stdio: ['ignore', openSync(log, 'a'), openSync(log, 'a')] })
  server.once('exit', code => process.exit(code ?? 1))
  while (existsSync(home)) await pause(500)
  server.kill('SIGKILL')
} else {
  // Its kubeconfig names the file.
  if (own) spawnSync(`${root}bin/kubottle`, ['init', ...settings, join(home, 'cluster.db')])
  const watcher = spawn(process.execPath, [fileURLToPath(import.meta.url), 'watch'], { detached: true, stdio: 'ignore' })
  let code
  watcher.once('exit', c => (code = c ?? 1))
  for (let waited = 0; !existsSync(ready) && code === undefined && waited < 60_000; waited += 50) await pause(50)
  watcher.unref()
  if (existsSync(ready)) process.exit(0)
  console.error(existsSync(log) ? readFileSync(log, 'utf8') : 'the server did not start')
  process.exit(1)
}
