/** Tokens of a file: `token,user,uid,"group1,group2"` a line. upstream: apiserver/pkg/authentication/token/tokenfile, Go's encoding/csv */

export interface StaticUser {
  readonly user: string
  readonly uid: string
  readonly groups: readonly string[]
}

/** The file cannot be read as a list of tokens; the message is kube-apiserver's. */
export class TokenFileError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'TokenFileError'
  }
}

/** Users by their tokens; of two lines with one token the latter counts. `path` is for errors, `warn` is told of lines that say nothing. Throws TokenFileError. */
export function readTokenFile(text: string, path: string, warn: (text: string) => void): ReadonlyMap<string, StaticUser> {
  const users = new Map<string, StaticUser>()
  for (const [i, record] of readCsv(text).entries()) {
    if (record.length < 3) throw new TokenFileError(`token file '${path}' must have at least 3 columns (token, user name, user uid), found ${record.length}`)
    const [token, user, uid, groups] = record as [string, string, string, string?]
    if (token === '') {
      warn(`empty token has been found in token file '${path}', record number '${i + 1}'`)
      continue
    }
    if (users.has(token)) warn(`duplicate token has been found in token file '${path}', record number '${i + 1}'`)
    users.set(token, { user, uid, groups: groups === undefined || groups === '' ? [] : groups.split(',') })
  }
  return users
}

/** Records of comma-separated values, in Go's reading: empty lines are skipped, a quoted field may hold commas, line breaks and doubled quotes. */
function readCsv(text: string): string[][] {
  const records: string[][] = []
  let line = 1
  for (let at = 0; at < text.length; ) {
    const end = /\r?\n|$/g
    end.lastIndex = at
    const blank = end.exec(text)
    if (blank?.index === at && blank[0] !== '') {
      at += blank[0].length
      line++
      continue
    }
    const record: string[] = []
    const began = line
    for (;;) {
      const field = text[at] === '"' ? quoted(text, at, began) : bare(text, at, line)
      record.push(field.value)
      line += field.lines
      at = field.end
      if (text[at] !== ',') break
      at++
    }
    at += text.startsWith('\r\n', at) ? 2 : 1
    line++
    records.push(record)
  }
  return records
}

interface Field {
  readonly value: string
  readonly end: number
  readonly lines: number
}

function bare(text: string, at: number, line: number): Field {
  const value = /^[^,\n]*/.exec(text.slice(at))?.[0] ?? ''
  const quote = value.indexOf('"')
  if (quote >= 0) throw new TokenFileError(`parse error on line ${line}, column ${columnOf(text, at + quote)}: bare " in non-quoted field`)
  return { value: value.replace(/\r$/, ''), end: at + value.length, lines: 0 }
}

function quoted(text: string, at: number, began: number): Field {
  let value = ''
  for (let i = at + 1; ; ) {
    const close = text.indexOf('"', i)
    if (close < 0) throw new TokenFileError(`record on line ${began}: extraneous or missing " in quoted-field`)
    value += text.slice(i, close)
    const next = text[close + 1]
    if (next === '"') {
      value += '"'
      i = close + 2
      continue
    }
    if (next !== undefined && next !== ',' && next !== '\n' && !text.startsWith('\r\n', close + 1)) throw new TokenFileError(`parse error on line ${began}, column ${columnOf(text, close + 1)}: extraneous or missing " in quoted-field`)
    return { value, end: text[close + 1] === '\r' ? close + 1 : close + 1, lines: value.split('\n').length - 1 }
  }
}

const columnOf = (text: string, at: number): number => at - text.lastIndexOf('\n', at - 1)
