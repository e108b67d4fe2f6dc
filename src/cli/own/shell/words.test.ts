import { describe, expect, it } from 'vitest'
import { commonPrefix, listed } from './columns'
import { completionAt, type Surroundings } from './completion'
import { entriesOf, lastWord, recalled, searched, walked } from './history'
import { isUnfinished } from './script'
import { assignmentsOf, lastCommand, quoted } from './words'

describe('the command being typed', () => {
  it.each<[string, string[]]>([
    ['', ['']], ['kubectl get po', ['kubectl', 'get', 'po']], ['kubectl get ', ['kubectl', 'get', '']], ['a | kubectl get ', ['kubectl', 'get', '']], ['a && b; k ', ['k', '']],
    ['x=$(kubectl get ', ['kubectl', 'get', '']], ['echo "$(k get p', ['k', 'get', 'p']], ['echo $(k get pods) x', ['echo', '$(k get pods)', 'x']], ['(k get) ; k ', ['k', '']],
    ['NS=a k get ', ['k', 'get', '']], ['while ! k ', ['k', '']], ["k get 'a b' ", ['k', 'get', 'a b', '']], ['k get "a b', ['k', 'get', 'a b']], ['k get a\\ b', ['k', 'get', 'a b']],
    ['k get # po', ['k', 'get', '']], ['k get pods 2>/dev/null ', ['k', 'get', 'pods', '']], ['for i in a; do k get ', ['k', 'get', '']], ['k -l a=b,c!=d ', ['k', '-l', 'a=b,c!=d', '']],
  ])('%j', (text, words) => expect(lastCommand(text).words.map(w => w.text)).toEqual(words))
  it('a file behind a sign', () => expect(['a > f', 'a >f', 'a > f ', 'a 2>&1 '].map(t => lastCommand(t).target)).toEqual([true, true, false, false]))
  it('quotes', () => expect([quoted("a b'c"), quoted("it's", "'"), quoted('a"$b', '"'), quoted('x/y.z=1')]).toEqual(["a\\ b\\'c", "it'\\''s", 'a\\"\\$b', 'x/y.z=1']))
})

describe('what shells print of themselves', () => {
  it.each<[string, Record<string, string>]>([
    ['declare -x A="a \\"b\\" \\$c"\ndeclare -x B\ndeclare -x C=$\'x\\ny\'\n', { A: 'a "b" $c', C: 'x\ny' }],
    ["export A='it'\"'\"'s'\nexport B='two\nlines'\n", { A: "it's", B: 'two\nlines' }],
    ["alias k='kubectl'\nalias kg='kubectl get'\n", { k: 'kubectl', kg: 'kubectl get' }],
    ["k='kubectl'\n", { k: 'kubectl' }],
  ])('%j', (text, wanted) => expect(Object.fromEntries(assignmentsOf(text))).toEqual(wanted))
})

describe('history', () => {
  const lines = ['kubectl get pods', 'echo one two', "echo 'last one'"]
  it('reads entries of several lines, the last of equal ones', () => expect(entriesOf('a\nfor i\\\ndo\nb\na\n\n')).toEqual(['for i\ndo', 'b', 'a']))
  it('walks', () => {
    const up = walked(lines, { index: 3, typed: 'typed' }, -1)
    expect(up).toEqual({ walk: { index: 2, typed: 'typed' }, text: "echo 'last one'" })
    expect(walked(lines, { index: 2, typed: 'typed' }, 1)?.text).toBe('typed')
    expect(walked(lines, { index: 0, typed: '' }, -1)).toBeUndefined()
  })
  it('searches', () => expect([searched(lines, 'echo', 3), searched(lines, 'echo', 2), searched(lines, 'echo', 1)]).toEqual([{ index: 2, at: 0 }, { index: 1, at: 0 }, undefined]))
  it.each([['!!', "echo 'last one'"], ['cat !$', "cat 'last one'"], ['!k -A', 'kubectl get pods -A'], ['!-2', 'echo one two'], ["^last^first", "echo 'first one'"], ['-l a!=b', undefined], ["echo '!!'", undefined]])('%s', (line, wanted) => expect(recalled(line, lines)).toBe(wanted))
  it('refuses what was never typed', () => expect(() => recalled('!nosuch', lines)).toThrow('!nosuch: event not found'))
  it('last words', () => expect(['a b', "a 'b c' ", 'a b\\ c', ''].map(lastWord)).toEqual(['b', "'b c'", 'b\\ c', '']))
})

describe('unfinished lines', () => {
  it.each<[string, string, boolean]>([
    ['echo \\', '', true], ['echo \\\\', '', false], ['cat <<E', '', true], ['cat <<E\na\nE', '', false], ["cat <<-'E'\n\tE", '', false],
    ['for i in a', 'bash: -c: line 2: syntax error: unexpected end of file', true], ["echo 'a", "bash: unexpected EOF while looking for matching `''", true], ['if x; )', "syntax error near unexpected token `)'", false],
    ['for i in a', 'sh: 1: Syntax error: end of file unexpected (expecting "do")', true], ["echo 'a", 'sh: 1: Syntax error: Unterminated quoted string', true],
  ])('%j', (text, said, wanted) => expect(isUnfinished(text, said)).toBe(wanted))
})

describe('lists', () => {
  const candidates = [{ word: 'get', text: 'Display things' }, { word: 'rollout', text: 'Manage a rollout of many things' }]
  it('with descriptions where there is room', () => expect(listed(candidates, 30, false)).toEqual(['get      Display things', 'rollout  Manage a rollout of…']))
  it('in grey on a terminal', () => expect(listed(candidates.slice(0, 1), 40, true)).toEqual(['get  \x1b[90mDisplay things\x1b[0m']))
  it('in columns where there is none', () => expect(listed(['a', 'bb', 'c', 'd', 'e'].map(word => ({ word, text: '' })), 12, false)).toEqual(['a   c   e', 'bb  d']))
  it('common beginnings', () => expect([commonPrefix(['restart', 'resume']), commonPrefix(['a', 'b']), commonPrefix([])]).toEqual(['res', '', '']))
})

describe('completion', () => {
  const asked: string[][] = []
  const around = (answer: string): Surroundings => ({
    env: { NS: 'web', HOME: '/nonexistent' }, cwd: '/nonexistent', aliases: "alias k='kubectl'\nalias kn='k -n $NS'\n", verbs: ['get', 'logs'],
    kubectl: async words => (asked.push([...words]), answer),
  })
  const at = async (text: string, answer: string) => {
    const found = await completionAt(text, text.length, around(answer))
    return found && found.candidates.map(c => text.slice(0, found.from) + found.textFor(c, found.candidates.length === 1) + text.slice(found.to))
  }
  it.each<[string, string, string[], string[]]>([
    ['k get po', 'pods\nnodes\tx\n:4', ['k get pods '], ['get', 'po']],
    ['get po', 'pods\n:4', ['get pods '], ['get', 'po']],
    ['kn get p', 'pods\n:4', ['kn get pods '], ['-n', 'web', 'get', 'p']],
    ['x=$(k logs "we', 'web-1\nweb-2\n:4', ['x=$(k logs "web-1', 'x=$(k logs "web-2'], ['logs', 'we']],
    ['k get pods --output=', 'json\nyaml\n:4', ['k get pods --output=json', 'k get pods --output=yaml'], ['get', 'pods', '--output=']],
    ['k cp we', 'web:\n:2', ['k cp web:'], ['cp', 'we']],
  ])('%s', async (text, answer, wanted, words) => {
    asked.length = 0
    expect(await at(text, answer)).toEqual(wanted)
    expect(asked).toEqual([words])
  })
  it('commands', async () => expect(await at('unali', '')).toEqual(['unalias ']))
  it('aliases', async () => expect(await at('unalias k', '')).toEqual(['unalias k', 'unalias kn']))
  it('variables', async () => expect([await at('echo $N', ''), await at('echo ${N', '')]).toEqual([['echo $NS'], ['echo ${NS}']]))
})
