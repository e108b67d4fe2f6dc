/** For tests: what the machine's own shell answers to a list of texts, asked in one go. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Answer {
  readonly stdout: string
  readonly code: number
}

const DRIVER = 'for i in $(seq 0 "$1"); do (cd "$i/work" && exec -a "$3" "$2" -c "$(cat ../text)") > "$i/out" 2> /dev/null < /dev/null; echo $? > "$i/code"; done'

/** Every text runs in an empty folder of its own, as user root's home would have it, under the name `name`. */
export function realAnswers(shell: string, name: string, texts: readonly string[]): Answer[] {
  const root = mkdtempSync(join(tmpdir(), 'real-shell-'))
  try {
    for (const [i, text] of texts.entries()) {
      mkdirSync(join(root, String(i), 'work'), { recursive: true })
      writeFileSync(join(root, String(i), 'text'), text, 'latin1')
    }
    spawnSync('bash', ['-c', DRIVER, 'driver', String(texts.length - 1), shell, name], { cwd: root, env: { PATH: '/usr/bin:/bin', HOME: '/root', LC_ALL: 'C' }, timeout: 120_000, stdio: 'ignore' })
    return texts.map((_, i) => ({ stdout: readFileSync(join(root, String(i), 'out'), 'latin1'), code: Number(readFileSync(join(root, String(i), 'code'), 'latin1')) }))
  } finally {
    rmSync(root, { recursive: true })
  }
}

export const hasProgram = (name: string): boolean => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0
