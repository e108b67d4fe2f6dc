import { describe, expect, it } from 'vitest'
import type { RawRequest } from '../client/client'
import { Commands } from './commands'

function world() {
  const told: string[] = []
  let ring: (() => void) | undefined
  const calm: (() => void)[] = []
  const commands = new Commands(
    () => {
      told.push('settle')
      return new Promise<void>(done => calm.push(() => (told.push('calm'), done())))
    },
    (_ms, bell) => {
      ring = bell
      return () => (ring = undefined)
    },
    e => told.push(`failed: ${String(e)}`),
  )
  const ask = (session: string, method: RawRequest['method'], path = '/x'): Promise<void> => commands.answer({ method, path, connection: session }, async () => void told.push(`${session} ${method}`))
  return { told, commands, ask, calm: () => calm.shift()?.(), silence: () => ring?.(), listening: () => ring !== undefined, turn: () => new Promise<void>(done => setImmediate(done)) }
}

describe('commands', () => {
  it('of one session are not interrupted; the next session sees the cluster calm', async () => {
    const { told, ask, calm, turn } = world()
    await ask('a', 'POST')
    await ask('a', 'GET')
    await ask('a', 'POST')
    const next = ask('b', 'GET')
    await turn()
    expect(told).toEqual(['a POST', 'a GET', 'a POST', 'settle'])
    calm()
    await next
    expect(told.slice(3)).toEqual(['settle', 'calm', 'b GET'])
    await ask('c', 'GET')
    expect(told.slice(6)).toEqual(['c GET'])
  })
  it('end with a silence, or with a watch', async () => {
    const { told, ask, calm, silence, listening, turn } = world()
    await ask('a', 'POST')
    silence()
    await turn()
    await ask('a', 'GET')
    expect(told).toEqual(['a POST', 'settle', 'a GET'])
    calm()
    await turn()
    await ask('a', 'DELETE')
    expect(listening()).toBe(true)
    await ask('a', 'GET', '/x?fieldSelector=f&watch=true')
    await turn()
    expect([told.slice(3), listening()]).toEqual([['calm', 'a DELETE', 'a GET', 'settle'], false])
  })
  it('that only look wait for nothing', async () => {
    const { told, ask, listening } = world()
    await Promise.all([ask('a', 'GET'), ask('b', 'GET', '/x?watch=1')])
    expect([told, listening()]).toEqual([['a GET', 'b GET'], false])
  })
  it('are known by their header first', async () => {
    const { told, commands, ask } = world()
    const headers = { 'kubectl-session': ['s'] }
    for (const connection of ['1', '2']) await commands.answer({ method: 'POST', path: '/x', connection, headers }, async () => void told.push(connection))
    expect(told).toEqual(['1', '2'])
    void ask('3', 'GET')
    expect(told).toEqual(['1', '2', 'settle'])
  })
})
