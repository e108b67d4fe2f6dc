/** What kubectl adds to a refused list. upstream: cli-runtime/pkg/resource EnhanceListError */
import { StatusError } from '../../base/status'
import type { ListOptions } from '../../client/client'
import type { Resource } from '../../kinds/kind'

/** The answer of `work`; a 400 or 404 gets the resource and the selectors put before its message. */
export async function listing<T>(resource: Resource, { labelSelector = '', fieldSelector = '' }: Pick<ListOptions, 'labelSelector' | 'fieldSelector'>, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof StatusError) || (error.reason !== 'BadRequest' && error.reason !== 'NotFound')) throw error
    const subject = `"${resource.group}/${resource.version}, Resource=${resource.plural}"`
    const before = labelSelector === '' && fieldSelector === '' ? `Unable to list ${subject}` : `Unable to find ${subject} that match label selector "${labelSelector}", field selector "${fieldSelector}"`
    throw new StatusError({ ...error.status, message: `${before}: ${error.message}` })
  }
}
