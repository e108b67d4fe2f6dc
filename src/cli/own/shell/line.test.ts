import { describe, expect, it } from 'vitest'
import { meaningOf } from './keys'
import { cellsOf, layoutOf } from './layout'
import { charactersOf, edited, emptyLine, inserted, vertical, withText, type Act, type Line } from './line'

/** A line with its place marked by `|`. */
const at = (text: string): Line => withText(emptyLine(), text.replace('|', ''), text.indexOf('|'))
const shown = ({ text, at: place }: Line): string => `${text.slice(0, place)}|${text.slice(place)}`

describe('editing', () => {
  it.each<[string, Act, string]>([
    ['ab|c', 'left', 'a|bc'], ['ab|c', 'right', 'abc|'], ['|abc', 'left', '|abc'], ['a👍🏽|b', 'left', 'a|👍🏽b'], ['a|é', 'right', 'aé|'],
    ['get po|ds -A', 'start', '|get pods -A'], ['get po|ds', 'end', 'get pods|'], ['one\ntw|o', 'start', 'one\n|two'],
    ['kubectl get-pods| x', 'wordLeft', 'kubectl get-|pods x'], ['|  one two', 'wordRight', '  one| two'], ['one--|', 'wordLeft', '|one--'],
    ['ab|c', 'deleteBack', 'a|c'], ['ab|c', 'deleteAhead', 'ab|'], ['a👍🏽|', 'deleteBack', 'a|'],
    ['one t|wo', 'cutToEnd', 'one t|'], ['one t|wo', 'cutToStart', '|wo'], ['a\nb|c', 'cutToStart', 'a\n|c'], ['a|\nb', 'cutToEnd', 'a|b'],
    ['get deploy/web |', 'cutBlankWord', 'get |'], ['get deploy/web|', 'cutWordBack', 'get deploy/|'], ['get |deploy/web', 'cutWordAhead', 'get |/web'],
    ['ab|cd', 'transpose', 'acb|d'], ['ab|', 'transpose', 'ba|'], ['|ab', 'transpose', '|ab'],
    ['a |bc de', 'upper', 'a BC| de'], ['|ABC', 'lower', 'abc|'], ['| abc', 'capital', ' Abc|'],
  ])('%j %s: %j', (before, act, after) => expect(shown(edited(at(before), act))).toBe(after))

  it('cuts one after another go together, on their sides', () => {
    const [back, ahead] = [edited(edited(at('a b c|'), 'cutBlankWord'), 'cutBlankWord'), edited(edited(at('|a b c'), 'cutWordAhead'), 'cutWordAhead')]
    expect([back.text, back.cut, ahead.text, ahead.cut]).toEqual(['a ', 'b c', ' c', 'a b'])
    expect(shown(edited(edited(back, 'start'), 'paste'))).toBe('b c|a ')
    expect(edited(edited(edited(at('a b|'), 'cutBlankWord'), 'left'), 'cutBlankWord').cut).toBe('a')
  })

  it('up and down keep the column within a text of lines', () => {
    expect(shown(vertical(at('one\ntwo |x'), -1) as Line)).toBe('one|\ntwo x')
    expect(shown(vertical(at('on|e\na'), 1) as Line)).toBe('one\na|')
    expect([vertical(at('a|b'), -1), vertical(at('a|b'), 1)]).toEqual([undefined, undefined])
  })

  it('characters are what a person sees', () => expect([charactersOf('ab'), charactersOf('éx👨‍👩‍👧')]).toEqual([['a', 'b'], ['é', 'x', '👨‍👩‍👧']]))
  it('what is inserted stands before the place', () => expect(shown(inserted(at('a|c'), 'b'))).toBe('ab|c'))
})

describe('keys', () => {
  const key = (name: string | undefined, sequence: string, more: { ctrl?: boolean; meta?: boolean } = {}) => meaningOf({ name, sequence, ctrl: false, meta: false, ...more })
  it.each([
    [key('x', 'x'), { insert: 'x' }], [key(undefined, 'é'), { insert: 'é' }], [key('a', '\x01', { ctrl: true }), { edit: 'start' }], [key('w', '\x17', { ctrl: true }), { edit: 'cutBlankWord' }],
    [key('left', '\x1b[1;5D', { ctrl: true }), { edit: 'wordLeft' }], [key('b', '\x1bb', { meta: true }), { edit: 'wordLeft' }], [key('backspace', '\x1b\x7f', { meta: true }), { edit: 'cutWordBack' }],
    [key('d', '\x04', { ctrl: true }), { act: 'endOrDelete' }], [key('r', '\x12', { ctrl: true }), { act: 'search' }], [key(undefined, '\x1b.', { meta: true }), { act: 'lastWord' }],
    [key('z', '\x1a', { ctrl: true }), { act: 'nothing' }], [key('f5', '\x1b[15~'), { act: 'nothing' }], [key('paste-start', '\x1b[200~'), { act: 'pasteStart' }], [key('return', '\r'), { act: 'enter' }],
  ])('%j', (meaning, wanted) => expect(meaning).toEqual(wanted))
})

describe('layout', () => {
  it.each<[string, string, number, number, ReturnType<typeof layoutOf>]>([
    ['$ ', 'abc', 3, 10, { text: '$ abc', rows: 1, row: 0, column: 5 }],
    ['$ ', 'abcdefgh', 2, 5, { text: '$ abc\r\ndefgh\r\n', rows: 3, row: 0, column: 4 }],
    ['$ ', 'abc', 3, 5, { text: '$ abc\r\n', rows: 2, row: 1, column: 0 }],
    ['\x1b[31m$\x1b[0m ', 'a\nb', 3, 10, { text: '\x1b[31m$\x1b[0m a\r\n> b', rows: 2, row: 1, column: 3 }],
    ['$ ', '日本', 1, 5, { text: '$ 日\r\n本', rows: 2, row: 0, column: 4 }],
    ['$ ', 'a\tb', 3, 10, { text: '$ a^Ib', rows: 1, row: 0, column: 6 }],
  ])('%j %j', (prompt, text, place, columns, wanted) => expect(layoutOf(prompt, text, place, columns)).toEqual(wanted))
  it('cells', () => expect(['a', 'é', '日', '👍🏽', '\u0301', '…'].map(cellsOf)).toEqual([1, 1, 2, 2, 0, 1]))
})
