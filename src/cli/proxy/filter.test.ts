/** Which requests kubectl proxy lets through. */
import { expect, it } from 'vitest'
import { createFilter } from './filter'

const defaults = { acceptPaths: '^.*', rejectPaths: '^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach', acceptHosts: '^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$', rejectMethods: '^$' }

it.each([
  ['GET', '/version', 'localhost:8001', true],
  ['GET', '/version', '[::1]:8001', true],
  ['GET', '/version', 'example.com', false],
  ['POST', '/api/v1/namespaces/default/pods/kiosk/exec', 'localhost', false],
  ['GET', '/api/v1/namespaces/default/pods/kiosk/log', '127.0.0.1', true],
])('%s %s of %s: %s', (method, path, host, passes) => {
  expect(createFilter(defaults)(method, path, host)).toBe(passes)
  expect(createFilter({ ...defaults, rejectMethods: 'GET,POST' })(method, path, host)).toBe(false)
})
