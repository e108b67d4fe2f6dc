import { describe, expect, it } from 'vitest'
import { readTokenFile } from './static-tokens'

const read = (text: string): unknown => {
  const warnings: string[] = []
  const users = [...readTokenFile(text, 't.csv', w => warnings.push(w))]
  return warnings.length === 0 ? users : { users, warnings }
}

describe('a file of tokens', () => {
  it('has a line for each', () => {
    expect(read('abc,jane,7,"dev,ops"\r\n\nxyz,bob,8\nq,"the ""boss""",,one')).toEqual([
      ['abc', { user: 'jane', uid: '7', groups: ['dev', 'ops'] }],
      ['xyz', { user: 'bob', uid: '8', groups: [] }],
      ['q', { user: 'the "boss"', uid: '', groups: ['one'] }],
    ])
  })
  it('may say a thing twice, or nothing', () => {
    expect(read('a,x,1\n,y,2\na,z,3\n')).toEqual({
      users: [['a', { user: 'z', uid: '3', groups: [] }]],
      warnings: ["empty token has been found in token file 't.csv', record number '2'", "duplicate token has been found in token file 't.csv', record number '3'"],
    })
  })
  it.each([
    ['a,b\n', "token file 't.csv' must have at least 3 columns (token, user name, user uid), found 2"],
    ['a,b"c,d\n', 'parse error on line 1, column 4: bare " in non-quoted field'],
    ['x,y,z\na,"b"c,d\n', 'parse error on line 2, column 6: extraneous or missing " in quoted-field'],
    ['a,"b,c\n', 'record on line 1: extraneous or missing " in quoted-field'],
  ])('is refused: %j', (text, message) => expect(() => read(text)).toThrow(message))
})
