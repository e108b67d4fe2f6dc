import { describe, expect, it } from 'vitest'
import { addressOf } from './serve'

describe('the address of serve', () => {
  it.each([
    ['127.0.0.1:8001', { host: '127.0.0.1', port: 8001 }],
    [':0', { host: '127.0.0.1', port: 0 }],
    ['[::1]:80', { host: '::1', port: 80 }],
  ])('%s', (text, address) => expect(addressOf(text, 'http')).toEqual(address))

  it.each([
    ['8001', '--http must be HOST:PORT, not "8001"'],
    ['localhost:', '--http must be HOST:PORT, not "localhost:"'],
    ['localhost:70000', '--http must be HOST:PORT, not "localhost:70000"'],
  ])('refuses %j', (text, message) => expect(() => addressOf(text, 'http')).toThrow(message))
})
