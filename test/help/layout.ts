/** What of a help text is a fact: its sections in their order, the usage, commands and flags; the sentences are each program's own. */
const TITLE = /^(Aliases|Examples|Available Commands|Options|Usage|[A-Z][\w ,/-]* Commands( \([^)]*\))?|Subcommands provided by plugins|The following options can be passed to any command):$/

/** The text with every sentence left out: paragraphs become `…`, flags keep what stands before the colon, commands their names. */
export function layoutOf(text: string): string[] {
  const out: string[] = []
  let section = ''
  const add = (line: string): void => {
    if (line !== '…' || out.at(-1) !== '…') out.push(line)
  }
  for (const line of text.split('\n')) {
    if (TITLE.test(line)) {
      section = line
      add(line)
    } else if (line === '') {
      add('')
    } else if (/^Use ".*(more information about a given command|global command-line options .*)\.$/.test(line)) {
      section = 'end'
      add(line)
    } else if (section === 'Options:' || section.startsWith('The following')) {
      if (/^ {4}(-\w, )?--/.test(line)) add(line)
      else if (line.startsWith('\t')) add('…')
      else add(line)
    } else if (section.endsWith('Commands:') || /Commands \(/.test(section) || section.startsWith('Subcommands')) add(line.replace(/^( {2}\S+ +).*$/, '$1…'))
    else if (section === 'Usage:' || section === 'Aliases:' || section === 'end') add(line)
    else if (section === 'Examples:') add('…')
    else add('…')
  }
  // Paragraphs and examples may be of any number.
  return out.join('\n').replace(/…(\n+…)+/g, '…').split('\n')
}
