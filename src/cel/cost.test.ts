import { describe, expect, it } from 'vitest'
import { scoped } from './environment'
import { compile, isProgram, type Budget } from './program'
import { toCel } from './values'

const env = scoped({ variables: { self: 'dyn' } })
function costOf(expression: string, self: object): number {
  const made = compile(env, expression)
  if (!isProgram(made)) throw new Error(made.error)
  const budget: Budget = { left: 0 }
  made.run({ self: toCel(self) }, budget)
  return -budget.left
}
const listMap = [{ k: 'a1', v: 'b1' }, { k: 'a2', v: 'b2' }, { k: 'a3', v: 'b3', v2: 'z' }]

// The figures are those of upstream's test of cost stability: apiextensions-apiserver/pkg/apiserver/schema/cel/celcoststability_test.go
describe('an evaluation costs what it costs upstream', () => {
  it.each<[string, object, number]>([
    ['self.val1 == self.val6', { val1: 1, val6: 1 }, 5],
    ['type(self.val1) == int', { val1: 1 }, 4],
    ['self.val3 + 1 == 2147483647 + 1', { val3: 1 }, 5],
    ['double(self.val1) < self.val4', { val1: 5, val4: 10.5 }, 6],
    ['double(5) < 10.0', {}, 1],
    ["self.val1.startsWith('Rook')", { val1: 'Rook takes 👑' }, 3],
    ["!self.val1.startsWith('knight')", { val1: 'Rook takes 👑' }, 4],
    ["self.val1.matches('^[^0-9]*$')", { val1: 'Rook takes 👑' }, 8],
    ['size(self.val1) == 12', { val1: 'Rook takes 👑' }, 4],
    ["self.val1.upperAscii() == 'ROOK TAKES 👑'", { val1: 'Rook takes 👑' }, 6],
    ['1 in self.val1', { val1: [1, 2, 3] }, 5],
    ['self.val2[0] in self.val1', { val1: [1, 2, 3], val2: [1] }, 8],
    ['!(0 in self.val1)', { val1: [1, 2, 3] }, 6],
    ['self.val1 + self.val2 == [1, 2, 3, 1, 2, 3]', { val1: [1, 2, 3], val2: [1, 2, 3] }, 6],
    ["'k1' in self.val1", { val1: { k1: 'v1', k2: 'v2' } }, 3],
    ['has(self.val1)', { val1: 1 }, 1],
    ['has(self.a1.b1.c1)', { a1: { b1: { c1: 1 } } }, 3],
    ['has(self.listMap[0].v)', { listMap }, 3],
    ['self.val.all(k, self.val[k] > 0)', { val: { b: 1, d: 2 } }, 17],
    ["self.listMap.all(m, m.k.startsWith('a'))", { listMap }, 21],
    ["!self.listMap.all(m, m.k.endsWith('1'))", { listMap }, 18],
    ["self.listMap.exists(m, m.k.endsWith('1'))", { listMap }, 13],
    ["!self.listMap.exists(m, m.v == 'x')", { listMap }, 25],
    ["self.listMap.exists_one(m, m.k == 'a3')", { listMap }, 15],
    ["!self.listMap.exists_one(m, m.k.startsWith('a'))", { listMap }, 20],
    ["size(self.listMap.filter(m, m.k == 'a1')) == 1", { listMap }, 27],
    ["self.listMap.map(m, m.v).exists(v, v == 'b1')", { listMap }, 55],
    ["self.listMap.map(m, has(m.v2) && m.v2 == 'z', m.v2).size() == 1", { listMap }, 25],
    ['self.val.all(k, v, v > 0)', { val: { b: 1, d: 2 } }, 13],
    ["self.listMap.exists(m, m.k == 'a1' && m.v == 'b1')", { listMap }, 16],
  ])('%s', (expression, self, cost) => expect(costOf(expression, self)).toBe(cost))
  it('and ends where it costs too much', () => {
    const big = Array.from({ length: 1000 }, (_, i) => i)
    expect(() => costOf('self.a.all(x, self.a.all(y, x + y < 5000))', { a: big })).toThrow('operation cancelled: actual cost limit exceeded')
  })
})
