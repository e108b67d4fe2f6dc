/** Values of Secrets are not shown: only whether they differ. upstream: kubectl/pkg/cmd/diff/diff.go Masker */
import type { KubeObject } from '../../kinds/kind'

type WithData = KubeObject & { data?: Record<string, unknown> }

/** Both sides with stars for values. */
export function masked(from: KubeObject | undefined, to: KubeObject): { from: KubeObject | undefined; to: KubeObject } {
  const [before, after] = [(from as WithData | undefined)?.data, (to as WithData).data]
  const differ = (key: string): boolean => before !== undefined && after !== undefined && Object.hasOwn(before, key) && Object.hasOwn(after, key) && before[key] !== after[key]
  const mask = (data: Record<string, unknown>, word: string): Record<string, unknown> => Object.fromEntries(Object.keys(data).map(key => [key, differ(key) ? `*** (${word})` : '***']))
  return {
    from: from === undefined || before === undefined ? from : ({ ...from, data: mask(before, 'before') } as KubeObject),
    to: after === undefined ? to : ({ ...to, data: mask(after, 'after') } as KubeObject),
  }
}
