/** Collects field errors while a validator walks an object; a path stays a chain of names until something is wrong with it. upstream: apimachinery/pkg/util/validation/field */
import type { FieldError, FieldErrors } from './field'
import { duplicate, fieldNotFound, forbidden, invalidValue, notSupported, required, tooLong, tooMany, tooShort } from './field'
import type { Problems } from './validation'

/** Where a value stands in its object. Cheap to make: the text is put together only by toString. */
export class Path {
  private constructor(
    private readonly parent: Path | undefined,
    private readonly part: string | number,
    private readonly keyed: boolean,
  ) {}

  /** The object itself. */
  static readonly root: Path = new Path(undefined, '', false)
  static of(name: string): Path {
    return new Path(undefined, name, false)
  }

  /** `path.name` */
  child(name: string): Path {
    return new Path(this, name, false)
  }
  /** `path[3]` */
  at(index: number): Path {
    return new Path(this, index, true)
  }
  /** `path[key]`, for an entry of a map. */
  key(key: string): Path {
    return new Path(this, key, true)
  }
  toString(): string {
    const before = this.parent === undefined ? '' : this.parent.toString()
    if (this.keyed) return `${before}[${this.part}]`
    return before === '' ? String(this.part) : `${before}.${this.part}`
  }
}

/** The errors found so far, in the order in which they were found. */
export class Findings {
  readonly errors: FieldError[] = []

  required(at: Path, detail = ''): void {
    this.errors.push(required(at.toString(), detail))
  }
  /** `undefined` as the value leaves it out of the text. */
  invalid(at: Path, value: unknown, detail: string): void {
    this.errors.push(invalidValue(at.toString(), value, detail))
  }
  forbidden(at: Path, detail: string): void {
    this.errors.push(forbidden(at.toString(), detail))
  }
  /** `supported` is printed in the order given. */
  unsupported(at: Path, value: unknown, supported: readonly string[]): void {
    this.errors.push(notSupported(at.toString(), value, supported))
  }
  duplicate(at: Path, value: unknown): void {
    this.errors.push(duplicate(at.toString(), value))
  }
  notFound(at: Path, value: unknown, detail = ''): void {
    this.errors.push({ ...fieldNotFound(at.toString(), value), detail })
  }
  tooLong(at: Path, maxBytes: number): void {
    this.errors.push(tooLong(at.toString(), maxBytes))
  }
  tooShort(at: Path, min: number): void {
    this.errors.push(tooShort(at.toString(), min))
  }
  tooMany(at: Path, actual: number, max: number): void {
    this.errors.push(tooMany(at.toString(), actual, max))
  }

  /** One `Invalid value` for each problem of a text. */
  problems(at: Path, value: unknown, problems: Problems): void {
    for (const problem of problems) this.invalid(at, value, problem)
  }
  nonnegative(at: Path, value: number | undefined): void {
    if (value !== undefined && value < 0) this.invalid(at, value, 'must be greater than or equal to 0')
  }
  /** What another validator yields. */
  all(errors: FieldErrors): void {
    for (const e of errors) this.errors.push(e)
  }
}
