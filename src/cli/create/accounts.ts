/** `kubectl create namespace`, `serviceaccount`. upstream: kubectl/pkg/cmd/create create_namespace.go, create_serviceaccount.go */
import { UsageError } from '../../base/errors'
import { resourceOf } from '../resource-of'
import type { Generator } from './generate'

const required = (name: string): string => {
  if (name === '') throw new UsageError('name must be specified')
  return name
}

export const namespace: Generator<'create namespace'> = {
  resource: () => resourceOf('v1', 'Namespace'),
  make: ({ name }) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: required(name) } }),
}

export const serviceAccount: Generator<'create serviceaccount'> = {
  resource: () => resourceOf('v1', 'ServiceAccount'),
  failure: 'failed to create serviceaccount: ',
  make: ({ name }) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: required(name) } }),
}
