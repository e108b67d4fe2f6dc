import { describe, expect, it } from 'vitest'
import { ConnectionError, ExitError, UsageError, assert } from '../base/errors'
import { invalidValue, required } from '../base/field'
import { alreadyExists, failure, invalid, notFound, unauthorized } from '../base/status'
import { ConfigurationError, ContextNotFound, SeveralErrors, outcomeOf, withSource } from './errors'

const pods = { group: '', plural: 'pods' }
const text = (error: unknown): string => outcomeOf(error, false).text

describe('outcomeOf', () => {
  it('words what the API said', () => {
    expect(text(notFound(pods, 'x'))).toBe('Error from server (NotFound): pods "x" not found\n')
    expect(text(unauthorized('Unauthorized'))).toBe('error: You must be logged in to the server (Unauthorized)\n')
    expect(text(failure(500, '', 'boom'))).toBe('Error from server: boom\n')
  })

  it('lists the causes of an invalid object, one on the line itself', () => {
    const one = invalid({ group: '', kind: 'Pod' }, 'x', [required('spec.containers')])
    const two = invalid({ group: '', kind: 'Pod' }, 'x', [required('spec.containers'), invalidValue('spec.a', 1, 'bad'), required('spec.containers')])
    expect(text(one)).toBe('The Pod "x" is invalid: spec.containers: Required value\n')
    expect(text(two)).toBe('The Pod "x" is invalid: \n* spec.containers: Required value\n* spec.a: Invalid value: 1: bad\n')
    expect(text(failure(422, 'Invalid', 'why'))).toBe('The request is invalid: why\n')
  })

  it('prints several errors a line each, and one alone as itself', () => {
    expect(text(new SeveralErrors([notFound(pods, 'a'), new UsageError('b')]))).toBe('Error from server (NotFound): pods "a" not found\nb\n')
    expect(text(new SeveralErrors([new UsageError('b')]))).toBe('error: b\n')
  })

  it('knows exit codes and the other failures', () => {
    expect(outcomeOf(new ExitError('', 3), false)).toEqual({ text: '', exitCode: 3 })
    expect(outcomeOf(new UsageError('x', 2), false)).toEqual({ text: 'error: x\n', exitCode: 2 })
    expect(text(new ContextNotFound('x'))).toBe('Error in configuration: context was not found for specified context: x\n')
    expect(text(new ConfigurationError(['no server']))).toBe('error: no server\n')
    expect(text(new SeveralErrors([new ConfigurationError(['a']), new ConfigurationError(['a'])]))).toBe('invalid configuration: a\ninvalid configuration: a\n')
    expect(text(new ConnectionError('1.2.3.4:6443', 'dial tcp: connect: connection refused'))).toBe('The connection to the server 1.2.3.4:6443 was refused - did you specify the right host or port?\n')
    expect(text(Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall: 'open', path: 'x.yaml' }))).toBe('error: open x.yaml: no such file or directory\n')
  })

  it('tells a bug in one line, with the stack on request', () => {
    const bug = (() => { try { assert(false, 'two and two') } catch (e) { return e } })()
    expect(text(bug)).toBe('error: kubottle bug: two and two\n')
    expect(outcomeOf(bug, true).text).toContain('errors.test.ts')
  })

  it('says which file an error is about', () => {
    expect(text(withSource('creating', 'a.yaml', alreadyExists(pods, 'x')))).toBe('Error from server (AlreadyExists): error when creating "a.yaml": pods "x" already exists\n')
    expect(text(withSource('creating', '', alreadyExists(pods, 'x')))).toBe('Error from server (AlreadyExists): pods "x" already exists\n')
  })
})
