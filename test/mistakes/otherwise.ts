/** Lines whose answers differ, and why. */
export const OTHERWISE: readonly { readonly test: RegExp; readonly why: string }[] = [
  { test: /^(get|describe) .*-f (no-version|no-name|generate)\.yaml|no-version\.yaml|-f '\*'/, why: 'an object without a name or a version is taken for one by upstream\'s table, and asked for by a path that no server has' },
  { test: /config set users\.u\.nope\./, why: 'a pointer is printed' },
  { test: /^describe .*hpa\.v1/, why: 'upstream names the version that the server prefers' },
  { test: /list\.json|'\*\.json'/, why: 'what goes wrong with the items of a list is told in one line' },
  { test: /config set preferences/, why: 'preferences are not kept in a kubeconfig' },
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
