/** The objects of a manifest: YAML documents, or JSON values one after another, told apart as kubectl tells them. upstream: apimachinery/pkg/util/yaml YAMLOrJSONDecoder */
import { UsageError } from '../../base/errors'
import { YamlError } from '../../base/yaml/scanner'
import { readYaml } from '../../base/yaml/reader'
import { exactValue, JsonSyntaxError, parseJsonText } from '../../kinds/schema/json-text'

/** Text of a file: UTF-8, or UTF-16 where a byte order mark says so. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  return new TextDecoder('utf-8').decode(bytes)
}

/** Yields each document that is not empty; with `floats` whole numbers of JSON that are written as fractions stay such. Throws UsageError `error parsing SOURCE: …` at the first that is broken. */
export function* readDocuments(text: string, source: string, floats = false): Generator<unknown> {
  const fail = (message: string): never => {
    throw new UsageError(`error parsing ${source}: ${message}`)
  }
  let rest = text
  let jsonError: JsonSyntaxError | undefined
  if (/^\s*\{/.test(text)) {
    for (let count = 0; ; count++) {
      const end = endOfJson(rest)
      if (end === undefined) return
      const piece = rest.slice(0, end)
      try {
        yield exactValue(parseJsonText(piece), { floats })
      } catch (error) {
        if (!(error instanceof JsonSyntaxError)) throw error
        // More than one JSON value read: this is JSON beyond doubt. Otherwise it may be YAML that begins with a brace.
        if (count > 1) fail(error.message)
        jsonError = error
        break
      }
      rest = rest.slice(end)
    }
  }
  for (const document of yamlDocuments(rest, fail)) {
    let value: unknown
    try {
      value = readYaml(document)
    } catch (error) {
      if (jsonError !== undefined) fail(`json: offset ${jsonError.offset}: ${jsonError.message}`)
      fail(error instanceof YamlError ? `error converting YAML to JSON: ${error.message}` : (error as Error).message)
    }
    if (value !== null) yield value
  }
}

/** Splits at lines that begin with `---`. upstream: YAMLReader.Read */
function* yamlDocuments(text: string, fail: (message: string) => never): Generator<string> {
  let start = 0
  for (let line = 0; line < text.length;) {
    if (text.startsWith('---', line)) {
      let end = text.indexOf('\n', line)
      if (end < 0) end = text.length
      const after = text.slice(line + 3, end).trim()
      if (line > start) yield text.slice(start, line)
      if (after !== '' && !after.startsWith('#')) fail(`invalid Yaml document separator: ${after}`)
      start = end + 1
      line = start
      continue
    }
    const next = text.indexOf('\n', line)
    line = next < 0 ? text.length : next + 1
  }
  if (start < text.length) yield text.slice(start)
}

/** Where the first JSON value ends, undefined when only blanks are left. */
function endOfJson(text: string): number | undefined {
  let depth = 0
  let quoted = false
  let started = false
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (quoted) {
      if (c === '\\') i++
      else if (c === '"') quoted = false
    } else if (c === '"') {
      quoted = true
      started = true
    } else if (c === '{' || c === '[') {
      depth++
      started = true
    } else if (c === '}' || c === ']') {
      if (--depth <= 0) return i + 1
    } else if (!started && !/\s/.test(c as string)) return text.length
  }
  return started ? text.length : undefined
}
