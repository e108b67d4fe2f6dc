/** Lines whose answers differ, and why. */
export const OTHERWISE: readonly { readonly test: RegExp; readonly why: string }[] = [
  { test: /https:/, why: 'nothing is fetched: a file with a URL is refused, and nothing is done' },
  { test: /^rollout restart /, why: 'a second restart within a second is refused: the two programs may fall into different ones' },
  { test: /^(exec|attach|cp|debug) /, why: 'the endpoint of the test upgrades no connection: each side words that in its own way' },
  { test: /--timeout=-\d|--timeout -\d/, why: 'Go\'s libraries log that a time-out is negative' },
  { test: /^(logs .*-f\b|logs .*--follow)/, why: 'how often it is tried again depends on the clock' },
  { test: /^(wait|rollout status) /, why: 'watches that end at once are logged by Go\'s libraries' },
  { test: /(-n|--namespace)[ =](BAD|--)( |$)/, why: 'a namespace that cannot be is looked up before what is in it' },
  { test: /--subresource[ =](bad|'')/, why: 'a path that the server does not have is answered without a Status' },
  { test: /--subresource[ =](status|scale)/, why: 'a path that the server does not have is answered without a Status' },
]
