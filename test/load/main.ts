/** `npm run load`: clients, writes of each, watches, seconds. */
import { runLoad } from './load'
import { startProcess } from './process'

const [clients = 200, writes = 50, watches = 500, seconds = 60] = process.argv.slice(2).map(Number)
const server = await startProcess()
try {
  const { acknowledged, refused, events, problems, p50Ms, p99Ms, maxMs, rssBytes } = await runLoad(server, { clients, writes, watches, ms: seconds * 1_000, seed: 1 })
  const mb = (bytes: number): string => `${(bytes / 1_048_576).toFixed(0)} MB`
  console.log(`${clients} clients, ${writes} writes each, ${watches} watches, ${seconds} s`)
  console.log(`writes acknowledged   ${acknowledged} (besides deletions), refused ${refused.length}`)
  console.log(`events told           ${events}`)
  console.log(`latency of a write    ${p50Ms.toFixed(1)} ms in the middle, ${p99Ms.toFixed(1)} ms of the slowest hundredth, ${maxMs.toFixed(1)} ms at most`)
  console.log(`memory of the server  ${mb(rssBytes.before)} before, ${mb(rssBytes.peak)} at most, ${mb(rssBytes.after)} after`)
  for (const text of [...refused.slice(0, 5), ...problems.slice(0, 20)]) console.log(`PROBLEM ${text}`)
  process.exitCode = problems.length === 0 && refused.length === 0 ? 0 : 1
} finally {
  await server.remove()
}
