import { describe, expect, it } from 'vitest'
import { der, derChildren, derInteger, derObjectId, derText, derTime, pemOf, readDer, readObjectId, readPem, readText, SEQUENCE } from './der'

describe('DER', () => {
  it('writes what it reads, with lengths of one and of several bytes', () => {
    const long = 'x'.repeat(300)
    const bytes = der(SEQUENCE, derObjectId('1.2.840.113549.1.9.14'), derText('jane'), derText(long))
    const { node, next } = readDer(bytes)
    expect(next).toBe(bytes.length)
    const [id, short, text] = derChildren(node)
    expect(readObjectId(id as never)).toBe('1.2.840.113549.1.9.14')
    expect([readText(short as never), readText(text as never)]).toEqual(['jane', long])
  })

  it('writes numbers as positive ones, without zeros in front', () => {
    expect(derInteger(Buffer.from([0, 0, 0x80, 1])).toString('hex')).toBe('0203008001')
    expect(derInteger(Buffer.from([0])).toString('hex')).toBe('020100')
  })

  it('writes years from 2050 on in full', () => {
    expect(derTime(Date.UTC(2026, 10, 21, 8, 5, 1)).subarray(2).toString()).toBe('261121080501Z')
    expect(derTime(Date.UTC(2050, 0, 1)).subarray(2).toString()).toBe('20500101000000Z')
  })

  it('refuses what is cut off, in Go words', () => {
    expect(() => readDer(Buffer.from([0x30, 5, 1]))).toThrow('asn1: syntax error: data truncated')
    expect(() => readDer(Buffer.from([0x30]))).toThrow('asn1: syntax error: truncated tag or length')
  })

  it('wraps bytes in PEM lines of 64 characters', () => {
    const pem = pemOf('CERTIFICATE', Buffer.alloc(60, 7))
    expect(pem.split('\n').map(l => l.length)).toEqual([27, 64, 16, 25, 0])
    expect(readPem(`noise\n${pem}`)).toEqual({ type: 'CERTIFICATE', bytes: Buffer.alloc(60, 7) })
    expect(readPem('none')).toBeUndefined()
  })
})
