/** Transcripts of a real cluster: how they are read, what of an answer is compared, and how close two answers are. */

export type Step =
  | { readonly kind: 'file'; readonly name: string; readonly body: string }
  | { readonly kind: 'settle' }
  /** Run, not judged. */
  | { readonly kind: 'unjudged'; readonly line: string }
  | { readonly kind: 'command'; readonly line: string; readonly code: number; readonly stdout: string; readonly stderr: string }

export interface Golden {
  readonly title: string
  /** Which of the recorded clusters: `real`, `multi`, `net`. */
  readonly profile: string
  readonly steps: readonly Step[]
}

/** Reads a transcript: sections that begin with `-- … --`. */
export function parseGolden(text: string): Golden {
  const steps: Record<string, unknown>[] = []
  let [title, profile] = ['', 'real']
  let current: Record<string, unknown> | undefined
  let field: string | undefined
  for (const line of text.split('\n')) {
    const heading = current === undefined ? /^# (title|profile):\s*(.*)/.exec(line) : null
    const section = /^-- (file (\S+)|settle|norec (.*)|\$ (.*)|exit (-?\d+)|stdout|stderr|end) --$/.exec(line)
    if (heading !== null) heading[1] === 'title' ? (title = heading[2] as string) : (profile = (heading[2] as string).trim())
    else if (section !== null) {
      const [, word, file, unjudged, command, code] = section
      field = undefined
      if (code !== undefined) (current as { code: number }).code = Number(code)
      else if (word === 'stdout' || word === 'stderr') field = word
      else if (word === 'end') current = {}
      else {
        current = file !== undefined ? { kind: 'file', name: file, body: '' } : word === 'settle' ? { kind: 'settle' } : unjudged !== undefined ? { kind: 'unjudged', line: unjudged } : { kind: 'command', line: command, code: 0, stdout: '', stderr: '' }
        if (file !== undefined) field = 'body'
        steps.push(current)
      }
    } else if (field !== undefined && current !== undefined) current[field] = `${current[field] as string}${line}\n`
  }
  return { title, profile, steps: steps as unknown as Step[] }
}

/** Letters of which random parts of names are made. */
const RANDOM = 'bcdfghjklmnpqrstvwxz2456789'

/** In this order: what differs from run to run, and what stands for it. */
const PLACEHOLDERS: readonly (readonly [RegExp, string])[] = [
  [/\r/g, ''],
  [/^Unable to read directory ".*" from your PATH.*\n/gm, ''],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, '<time>'],
  [/\b\d{4}[-/]\d\d[-/]\d\d \d\d:\d\d:\d\d(\.\d+)?( [+-]\d{4} [A-Z]{3})?/g, '<time>'],
  [/^(Duration:\s+)(?:\d+[smh])+$/gm, '$1<age>'],
  [/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '<time>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uid>'],
  [/sha256:[0-9a-f]{12,64}/g, '<sha>'],
  [/containerd:\/\/[0-9a-f]+/g, '<cid>'],
  [/\b[0-9a-f]{64}\b/g, '<cid>'],
  [/\b(Resource Version:\s+|resource version to be \d+, was )\d+/g, '$1<rv>'],
  [/^[IWE]\d{4} <?\d\d:\d\d:\d\d\.\d+\s+\d+ \S+\.go:\d+\]/gm, '<klog>'],
  [/("?resourceVersion"?:\s*)"?\d+"?/g, '$1<rv>'],
  [/\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(:\d+)?(?!\/\d)/g, '<ip>$1'],
  [/:3[0-2]\d{3}\//g, ':<nodeport>/'],
  [/(nodePort"?:\s*)3[0-2]\d{3}/gi, '$1<nodeport>'],
  [/(NodePort:.*\s)3[0-2]\d{3}\/(TCP|UDP)/g, '$1<nodeport>/$2'],
  [new RegExp(`-[${RANDOM}]{7,10}-[${RANDOM}]{5}\\b`, 'g'), '-<hash>-<rand>'],
  [/(pod-template-hash"?[=:]\s*"?|controller-revision-hash"?[=:]\s*"?(?:[a-z0-9-]+-)?)[a-z0-9]{6,10}/g, '$1<hash>'],
  [new RegExp(`-[${RANDOM}]{8,10}\\b`, 'g'), '-<hash>'],
  [new RegExp(`-[${RANDOM}]{5}\\b`, 'g'), '-<rand>'],
  [/\b\d+(\.\d+)?(ms|µs)\b/g, '<dur>'],
  [/\bin \d+(\.\d+)?s\b/g, 'in <dur>'],
  [/\(\d+(\.\d+)?s including/g, '(<dur> including'],
  [/Image size: \d+ bytes/g, 'Image size: <n> bytes'],
  [/\/tmp\/(LIVE|MERGED)-\d+/g, '/tmp/$1'],
  [/^((?:---|\+\+\+) \S+)\t.*$/gm, '$1'],
  [/kubectl-edit-[\w<>]+\.yaml/g, 'kubectl-edit-<rand>.yaml'],
]

const DURATION = /(?<![\w=.\/-])(\d+y\d+d|\d+y|\d+d\d+h|\d+d|\d+h\d+m|\d+h|\d+m\d+s|\d+m|\d+s)(?![\w=%])/g
/** Lines in which a duration is a setting, not an age. */
const SETTING = /delay=|Grace|Exists|for \d+s$|imeout|Seconds|period|Duration|after|Schedule:|\(\d+%\)/

function normaliseLine(text: string): string {
  let line = text.replace(/(%\)\s+)(?:\d+[smhdy])+$/, '$1<age>')
  if (!SETTING.test(line)) {
    line = line.replace(/\(x\d+ over (?:\d+[smhd])+\)/g, '(xN over <age>)').replace(/\((\d+[smhd])+ ago\)/g, '(<age> ago)').replace(DURATION, '<age>')
  }
  const indent = (/^ */.exec(line) as RegExpExecArray)[0]
  return indent + line.slice(indent.length).replace(/ {2,}/g, '  ').replace(/-{4,}/g, '----').replace(/\s+$/, '')
}

/** The text with placeholders for random names, addresses, times, identities. */
export function normalise(text: string): string {
  let out = text
  for (const [pattern, replacement] of PLACEHOLDERS) out = out.replace(pattern, replacement)
  return out.split('\n').map(normaliseLine).join('\n').replace(/\s+$/, '')
}
