import { describe, expect, it } from 'vitest'
import { UsageError } from '../../base/errors'
import { findCommand } from './find'

const path = (line: string, program: 'kubectl' | 'kubottle' = 'kubectl'): string => findCommand(program, line.split(' ').filter(w => w !== '')).command.path

describe('findCommand', () => {
  it.each([
    ['get pods', 'get'],
    ['-n x get pods', 'get'],
    ['--namespace=x rollout undo deploy/a', 'rollout undo'],
    ['create deploy web', 'create deployment'],
    ['config use day', 'config use-context'],
    ['top po', 'top pod'],
    ['rollout nonsense', 'rollout'],
    ['', 'kubectl'],
  ])('%s', (line, expected) => {
    expect(path(line)).toBe(expected)
  })

  it('leaves the other words in place', () => {
    expect(findCommand('kubectl', ['-n', 'x', 'create', '--dry-run', 'deployment', 'web']).rest).toEqual(['-n', 'x', '--dry-run', 'web'])
  })

  it('knows the commands of kubottle under that name only', () => {
    expect(path('init --config x', 'kubottle')).toBe('kubottle init')
    expect(path('get pods', 'kubottle')).toBe('get')
    expect(() => path('init')).toThrow('unknown command "init" for "kubectl"')
  })

  it.each([
    ['gte', 'unknown command "gte" for "kubectl"\n\nDid you mean this?\n\tget'],
    ['got', 'unknown command "got" for "kubectl"\n\nDid you mean this?\n\tset\n\tget\n\ttop'],
    ['list pods', 'unknown command "list" for "kubectl"\n\nDid you mean this?\n\tget'],
    ['xyzzy', 'unknown command "xyzzy" for "kubectl"'],
  ])('suggests for %s', (line, message) => {
    expect(() => path(line)).toThrow(new UsageError(message))
  })
})
