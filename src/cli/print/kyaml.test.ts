import { describe, expect, it } from 'vitest'
import { kyamlText } from './kyaml'

describe('KYAML', () => {
  it('quotes texts, and keys only where they could be read as something else', () => {
    expect(kyamlText({ b: 1, a: 'x', no: true, 'app.kubernetes.io/name': 'y', '': null, '1': [] })).toBe('---\n{\n  "": null,\n  "1": [],\n  a: "x",\n  app.kubernetes.io/name: "y",\n  b: 1,\n  "no": true,\n}\n')
  })
  it('lets lists of maps share brackets', () => {
    expect(kyamlText({ l: [{ a: 1 }, { b: [] }], s: ['x'] })).toBe('---\n{\n  l: [{\n    a: 1,\n  }, {\n    b: [],\n  }],\n  s: [\n    "x",\n  ],\n}\n')
  })
  it('folds several lines', () => {
    expect(kyamlText({ text: 'one\n two' })).toBe('---\n{\n  text: "\\\n     one\\n\\\n    \\ two\\\n    ",\n}\n')
  })
})
