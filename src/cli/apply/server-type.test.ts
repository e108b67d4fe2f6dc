/** Patches are the same, made by what the server says of its types and by what is known here. */
import { afterAll, describe, expect, it } from 'vitest'
import { startEndpoint } from '../../../test/conformance/endpoint'
import { createThreeWayMergePatch } from '../../kinds/schema/strategic-diff'
import { typeOfKind } from '../../kinds/schema/table'
import type { TypeInfo } from '../../kinds/schema/type-info'
import { createRestMapper } from '../rest-mapper'
import { serverType } from './server-type'

const deployment = (image: string, env: readonly string[], mount: string): Record<string, unknown> => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', finalizers: [`example.com/${mount}`] },
  spec: { strategy: { type: image === 'b' ? 'Recreate' : 'RollingUpdate' }, template: { spec: { containers: [{ name: 'main', image, env: env.map(name => ({ name, value: image })), volumeMounts: [{ mountPath: `/${mount}`, name: 'v' }], command: [image, mount] }, { name: 'other', image: 'o' }] } } },
})

describe('the type of a kind by the server\'s description', async () => {
  const endpoint = await startEndpoint({ quiet: true })
  afterAll(() => endpoint.close())
  const client = endpoint.cluster.clientFor(endpoint.cluster.ownUser(undefined, [], 'test', undefined))
  const mapper = createRestMapper(endpoint.cluster.discovery())
  it('merges as the built-in one', async () => {
    const said = await serverType(client, mapper.resourceFor('deployments.apps'))
    const known = typeOfKind('apps/v1', 'Deployment') as TypeInfo
    const [original, modified, current] = [deployment('a', ['X', 'Y'], 'one'), deployment('b', ['Y', 'Z'], 'two'), deployment('a', ['X', 'Y', 'Q'], 'one')]
    const patchBy = (type: TypeInfo): object => createThreeWayMergePatch(type, original, modified, current, { overwrite: true })
    expect(patchBy(said as TypeInfo)).toEqual(patchBy(known))
    expect(JSON.stringify(patchBy(said as TypeInfo))).toContain('"$patch":"delete"')
  })
  it('is unknown for what the server does not have', async () => {
    expect(await serverType(client, { ...mapper.resourceFor('deployments.apps'), kind: 'Nothing' })).toBeUndefined()
  })
})
