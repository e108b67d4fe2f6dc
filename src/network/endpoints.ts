/** The endpoints of a Service, as its slices list them. */
import type { Lister } from '../client/lister'
import { endpointSlice as sliceKind } from '../kinds/discovery/endpoint-slice/kind'
import type { Service } from '../kinds/schema/types/core.v1'
import type { Endpoint, EndpointSlice } from '../kinds/schema/types/discovery.v1'

export const slicesOf = (lister: Lister, { metadata }: Service): readonly EndpointSlice[] => lister.byIndex(sliceKind, 'service', `${metadata.namespace}/${metadata.name}`)

/** Unset counts as ready. upstream: discovery/v1 EndpointConditions */
export const isReady = (e: Endpoint): boolean => e.conditions?.ready !== false
