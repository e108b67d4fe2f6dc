/** Lines whose requests differ, and why. One that agrees all the same fails the test. */
export const ACCEPTED: Readonly<Record<string, string>> = {
  'scale deployment made --replicas=2 --current-replicas=3': 'the real one updates the scale without saying what its body is',
  'rollout status deployment/made --timeout=5s': 'lists, where the real one asks for the list as the start of a watch; then both watch',
  'wait --for=condition=Available deployment/web --timeout=5s': 'looks at the object now and again, where the real one watches: cluster time jumps to what is waited for',
  'wait --for=jsonpath={.spec.replicas}=1 deployment/web --timeout=5s': 'looks at the object now and again, where the real one watches',
}
