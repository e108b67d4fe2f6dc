/** `npm start`: plays the demonstration; with arguments, runs kubectl on them. */
import { existsSync } from 'node:fs'
import { ensureBuilt, ensureInstalled, root, run } from './ensure.mjs'

ensureInstalled()
ensureBuilt()
const args = process.argv.slice(2)
if (args.length > 0) run(`${root}bin/kubottle`, args, { cwd: process.env.INIT_CWD ?? process.cwd() })
else if (existsSync(`${root}fixtures/demo/play.sh`)) run('sh', [`${root}fixtures/demo/play.sh`, `${root}bin`])
else run(`${root}bin/kubottle`, ['--help'])
