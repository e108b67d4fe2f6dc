/** Lines whose requests differ, and why. One that agrees all the same fails the test. */
export const ACCEPTED: Readonly<Record<string, string>> = {
  'scale deployment made --replicas=2 --current-replicas=3': 'the real one updates the scale without saying what its body is',
  'logs deployment/web --all-pods': 'the real one lists the pods twice',
  'events -A --chunk-size=5': 'the real one takes the flag and lists by 500 all the same',
}
