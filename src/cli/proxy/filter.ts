/** Which requests `kubectl proxy` lets through. upstream: kubectl/pkg/proxy/proxy_server.go FilterServer */
import { UsageError } from '../../base/errors'

export interface FilterTexts {
  readonly acceptPaths: string
  readonly rejectPaths: string
  readonly acceptHosts: string
  readonly rejectMethods: string
}

/** Whether a request passes; `host` may have a port. */
export type Filter = (method: string, path: string, host: string) => boolean

/** Each text holds regular expressions, separated by commas. Throws UsageError. */
export function createFilter(texts: FilterTexts): Filter {
  const [acceptPaths, rejectPaths, acceptHosts, rejectMethods] = [texts.acceptPaths, texts.rejectPaths, texts.acceptHosts, texts.rejectMethods].map(expressions) as [RegExp[], RegExp[], RegExp[], RegExp[]]
  const matches = (text: string, all: readonly RegExp[]): boolean => all.some(r => r.test(text))
  return (method, path, host) => !matches(path, rejectPaths) && !matches(method, rejectMethods) && matches(path, acceptPaths) && matches(host.replace(/:\d+$/, ''), acceptHosts)
}

function expressions(text: string): RegExp[] {
  if (text === '') return []
  return text.split(',').map(source => {
    try {
      return new RegExp(source)
    } catch (error) {
      throw new UsageError(`Error compiling re: ${(error as Error).message}`)
    }
  })
}
