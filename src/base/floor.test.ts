import { describe, expect, it } from 'vitest'
import { Floor } from './floor'

const later = (): Promise<void> => new Promise(done => setImmediate(done))

describe('the floor', () => {
  it('is taken by one at a time, in the order of their coming', async () => {
    const floor = new Floor(later)
    const told: string[] = []
    const work = (name: string) => async (): Promise<string> => {
      told.push(`${name} begins`)
      await later()
      told.push(`${name} ends`)
      return name
    }
    expect(await Promise.all(['a', 'b', 'c'].map(n => floor.inside(work(n))))).toEqual(['a', 'b', 'c'])
    expect(told).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  })

  it('is left in the middle and taken again, after those who waited', async () => {
    const floor = new Floor(later)
    const told: string[] = []
    const long = floor.inside(async () => {
      told.push('first half')
      await floor.pause()
      told.push('second half')
    })
    const others = ['a', 'b'].map(n => floor.inside(() => void told.push(n)))
    await Promise.all([long, ...others])
    expect(told).toEqual(['first half', 'a', 'b', 'second half'])
  })

  it('can be taken from outside by what is called there', async () => {
    const floor = new Floor(later)
    expect(await floor.inside(() => floor.outside(() => floor.inside(() => 'inner')))).toBe('inner')
  })

  it('is free again after a failure', async () => {
    const floor = new Floor(later)
    await expect(floor.inside(() => Promise.reject(new Error('bad luck')))).rejects.toThrow('bad luck')
    await expect(floor.inside(() => floor.outside(() => Promise.reject(new Error('worse luck'))))).rejects.toThrow('worse luck')
    expect(await floor.inside(() => 'free')).toBe('free')
  })
})
