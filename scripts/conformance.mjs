/**
 * Plays recorded commands of a real cluster and shows what differs: `node scripts/conformance.mjs 108 303`; all without arguments.
 * `--update` takes off test/conformance/not-yet.json what agrees now, `--accept` writes the list anew, `--quiet` shows counts alone.
 */
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../', import.meta.url))
const outfile = `${root}node_modules/.cache/conformance-${process.pid}.mjs`
process.env.KUBOTTLE_CONFORMANCE = `${root}test/conformance`
await build({ entryPoints: [`${root}test/conformance/run.ts`], outfile, bundle: true, platform: 'node', target: 'node20', format: 'esm', packages: 'external', sourcemap: 'inline', logLevel: 'warning',
  banner: { js: "import { fileURLToPath as pathOfUrl } from 'node:url'; const __filename = pathOfUrl(import.meta.url);" },
})
try {
  await import(outfile)
} finally {
  rmSync(outfile, { force: true })
}
