/** Whether anybody has configured admission at all: asked at every write, so answered by one look at the index (under a microsecond). */
import type { ApiServer } from '../../server'

const PREFIX = 'admissionregistration.k8s.io/'

export const admissionConfigured = (server: ApiServer): boolean => server.store.count(PREFIX) > 0
