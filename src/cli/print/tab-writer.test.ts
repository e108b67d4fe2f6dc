import { describe, expect, it } from 'vitest'
import { DESCRIBE_STYLE, TABLE_STYLE, TabWriter, alignTabs } from './tab-writer'

describe('columns', () => {
  it('pads to the widest cell of a run of lines', () => {
    expect(alignTabs('NAME\tREADY\tSTATUS\nweb-1\t1/1\tRunning\nx\t0/1\tPending\n', TABLE_STYLE)).toBe('NAME    READY   STATUS\nweb-1   1/1     Running\nx       0/1     Pending\n')
    expect(alignTabs('Name:\tweb\nLabels:\tapp=web\n\ttier=front\nplain\nA:\tb\n')).toBe('Name:    web\nLabels:  app=web\n         tier=front\nplain\nA:  b\n')
  })
  it('keeps a least width', () => expect(alignTabs('a\tb\n', TABLE_STYLE)).toBe('a     b\n'))
  it('pads a cell that ends its line, but not the last one', () => {
    expect(alignTabs('a\t\nbbb\tc\n')).toBe('a    \nbbb  c\n')
    expect(alignTabs('a\tb\t')).toBe('a  b')
    expect(alignTabs('a\tb')).toBe('a  b')
  })
  it('counts characters, not bytes', () => expect(alignTabs('é😀\tx\nab\ty\n')).toBe('é😀  x\nab  y\n'))
  it('ends columns at a form feed', () => expect(alignTabs('aaa\tb\fc\td\n')).toBe('aaa  b\nc  d\n'))
  it('leaves text without tabs alone', () => expect(alignTabs('a\n b\n\n')).toBe('a\n b\n\n'))
  it('separates runs in each column', () => expect(alignTabs('a\tb\tc\nd\te\nfff\tg\thhhh\n', DESCRIBE_STYLE)).toBe('a    b  c\nd    e\nfff  g  hhhh\n'))
})

describe('remembered widths', () => {
  it('keep later lines in the columns', () => {
    const writer = new TabWriter(TABLE_STYLE, true)
    writer.write('NAME\tSTATUS\nlong-name\tRunning\n')
    expect(writer.flush()).toBe('NAME        STATUS\nlong-name   Running\n')
    writer.write('x\tPending\n')
    expect(writer.flush()).toBe('x           Pending\n')
    writer.forgetWidths()
    writer.write('x\tPending\n')
    expect(writer.flush()).toBe('x     Pending\n')
    expect(writer.flush()).toBe('')
  })
})
