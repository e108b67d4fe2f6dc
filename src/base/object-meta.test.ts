import { describe, expect, it } from 'vitest'
import type { FieldError } from './field'
import { fieldErrorBody } from './field'
import { validateDeleteOptions, validateFieldManager, validateObjectMeta, validateObjectMetaUpdate, validatePatchOptions } from './object-meta'
import { nameIsDnsSubdomain } from './validation'

const errors = (found: Iterable<FieldError>) => [...found].map(e => `${e.field}: ${fieldErrorBody(e)}`)

describe('new objects', () => {
  const created = (meta: Parameters<typeof validateObjectMeta>[0], namespaced = true) => errors(validateObjectMeta(meta, namespaced, nameIsDnsSubdomain))
  it('accepts the ordinary', () => {
    expect(created({ name: 'web', namespace: 'default', labels: { app: 'web' }, finalizers: ['a.b/c'] })).toEqual([])
    expect(created({ name: 'web-x2b4c', generateName: 'web-', namespace: 'default' })).toEqual([])
  })
  it('wants name and namespace', () => {
    expect(created({})).toEqual(['metadata.name: Required value: name or generateName is required', 'metadata.namespace: Required value'])
    expect(created({ name: 'a', namespace: 'b' }, false)).toEqual(['metadata.namespace: Forbidden: not allowed on this type'])
    expect(created({ name: 'a', namespace: 'b.c' })).toEqual(['metadata.namespace: Invalid value: "b.c": must not contain dots'])
  })
  it('checks owners, finalizers and managers', () => {
    expect(created({ name: 'a', namespace: 'b', generation: -1, ownerReferences: [{ apiVersion: 'v1', kind: 'Event', controller: true }, { apiVersion: 'a/b/c', kind: 'K', name: 'n', uid: 'u', controller: true }], finalizers: ['orphan', 'foregroundDeletion', '-'] })).toEqual([
      'metadata.generation: Invalid value: -1: must be greater than or equal to 0',
      'metadata.ownerReferences[0].name: Required value: must not be empty',
      'metadata.ownerReferences[0].uid: Required value: must not be empty',
      'metadata.ownerReferences[0]: Invalid value: {"apiVersion":"v1","kind":"Event","name":"","uid":"","controller":true}: /v1, Kind=Event is disallowed from being an owner',
      'metadata.ownerReferences[1].apiVersion: Invalid value: "a/b/c": must be <group>/<version> or <version>',
      expect.stringMatching(/^metadata.ownerReferences: Invalid value: \[.*\]: Only one reference can have Controller set to true. Found "true" in references for Event\/ and K\/n$/),
      expect.stringMatching(/^metadata.finalizers: Invalid value: "-": name part must consist/),
      'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion","-"]: finalizer orphan and foregroundDeletion cannot be both set',
    ])
    expect(created({ name: 'a', namespace: 'b', managedFields: [{ operation: 'Set', fieldsType: 'X' }] })).toEqual([
      'metadata.managedFields[0].operation: Unsupported value: "Set": supported values: "Apply", "Update"',
      'metadata.managedFields[0].fieldsType: Invalid value: "X": must be `FieldsV1`',
    ])
    expect(errors(validateFieldManager('a\u0007', 'fieldManager'))).toEqual(['fieldManager: Invalid value: "a\\a": invalid character U+0007 (at position 1)'])
  })
})

describe('changed objects', () => {
  const old = { name: 'a', namespace: 'b', uid: 'u', resourceVersion: '1', generation: 2, creationTimestamp: '2026-01-01T00:00:00Z' }
  it('keeps what may not change', () => {
    expect(errors(validateObjectMetaUpdate({ ...old }, old))).toEqual([])
    expect(errors(validateObjectMetaUpdate({ ...old, name: 'c', uid: 'v', generation: 1, resourceVersion: '', deletionTimestamp: '2026-01-01T00:00:01Z' }, old))).toEqual([
      'metadata.resourceVersion: Invalid value: "": must be specified for an update',
      'metadata.generation: Invalid value: 1: must not be decremented',
      'metadata.name: Invalid value: "c": field is immutable',
      'metadata.uid: Invalid value: "v": field is immutable',
      'metadata.deletionTimestamp: Invalid value: "2026-01-01T00:00:01Z": field is immutable',
    ])
    expect(errors(validateObjectMetaUpdate({ ...old, deletionTimestamp: 't', finalizers: ['b/c', 'a/b'] }, { ...old, deletionTimestamp: 't', finalizers: ['b/c'] }))).toEqual([
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a/b"}',
    ])
  })
})

it('checks the options of requests', () => {
  expect(errors(validatePatchOptions({}, true))).toEqual(['fieldManager: Required value: is required for apply patch'])
  expect(errors(validatePatchOptions({ force: true, dryRun: ['None'], fieldValidation: 'x' }, false))).toEqual([
    'force: Forbidden: may not be specified for non-apply patch',
    'dryRun: Unsupported value: ["None"]: supported values: "All"',
    'fieldValidation: Unsupported value: "x": supported values: "", "Ignore", "Strict", "Warn"',
  ])
  expect(errors(validateDeleteOptions({ propagationPolicy: 'Now', orphanDependents: true }))).toEqual([
    'propagationPolicy: Invalid value: "Now": orphanDependents and deletionPropagation cannot be both set',
    'propagationPolicy: Unsupported value: "Now": supported values: "Foreground", "Background", "Orphan", "nil"',
  ])
})
