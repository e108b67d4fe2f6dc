/** Lines whose requests differ, and why. One that agrees all the same fails the test. */
export const ACCEPTED: Readonly<Record<string, string>> = {
  'logs deployment/web --all-pods': 'the real one lists the pods twice',
  'events -A --chunk-size=5': 'the real one takes the flag and lists by 500 all the same',
}
