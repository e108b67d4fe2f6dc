/** What is known about a type of the API: its shape, how its fields are written, and how two writers' values of it merge. */

/** How a value of a type looks in JSON. The numbers order scalars first, so that `shape < Shape.List` says "a leaf". */
export const Shape = {
  String: 0,
  Bool: 1,
  Int32: 2,
  Int64: 3,
  Float64: 4,
  /** base64 text */
  Bytes: 5,
  Quantity: 6,
  Time: 7,
  MicroTime: 8,
  IntOrString: 9,
  /** Any JSON that the server keeps as it is: RawExtension, JSON of a CRD's schema, FieldsV1. */
  Any: 10,
  List: 11,
  Map: 12,
  Struct: 13,
} as const
export type Shape = (typeof Shape)[keyof typeof Shape]

/** How server-side apply merges a list; a list without a word is atomic. */
export type ListType = 'atomic' | 'set' | 'map'

/** A type. Types of the table are interned: one object a type, so they compare by identity. */
export class TypeInfo {
  /** Fields by JSON name; empty unless `shape` is Struct. */
  readonly fields = new Map<string, FieldInfo>()
  /** The same in Go's order, which is the order in which the server writes them. */
  readonly fieldList: FieldInfo[] = []
  /** Fields that are written even when the input has none: non-pointer structs and fields without omitempty. */
  readonly alwaysWritten: FieldInfo[] = []
  listType: ListType = 'atomic'
  /** The fields that identify an element where `listType` is map. */
  mapKeys: readonly string[] = NONE
  /** Owned as a whole in server-side apply. */
  atomic = false
  /** Values that the API documents for a named string type; empty when any goes. */
  enumValues: readonly string[] = NONE
  /** Elements may be null (`[]*T`, or a nullable schema). */
  nullable = false
  /** Accepts fields that it does not list (`x-kubernetes-preserve-unknown-fields`). */
  preserveUnknown = false
  /** `apps/v1` and `Deployment` where the type is that of a top-level object, else ''. */
  apiVersion = ''
  kind = ''
  /** The text after the last dot of `goName`, without a list's brackets: what Go calls the struct in error messages. */
  readonly goStruct: string
  private elementType: TypeInfo | (() => TypeInfo) | undefined

  constructor(
    /** `core.v1.PodSpec`, `[]core.v1.Container`, `map[string]string`, `string` */
    readonly name: string,
    /** As Go prints it: `v1.PodSpec`, `[]v1.Container`, `v1.RestartPolicy`, `[]uint8` */
    readonly goName: string,
    readonly shape: Shape,
    element?: TypeInfo | (() => TypeInfo),
  ) {
    this.goStruct = goName.slice(goName.lastIndexOf('.') + 1)
    this.elementType = element
  }

  /** The type of a list's items or a map's values. */
  get element(): TypeInfo {
    const e = this.elementType
    if (typeof e === 'function') return (this.elementType = e())
    return e as TypeInfo
  }

  /** Adds a field: used while the type is built, never afterwards. */
  addField(field: FieldInfo): void {
    this.fields.set(field.name, field)
    if (field.ownerGoStruct === '') field.ownerGoStruct = this.goStruct
    this.fieldList.push(field)
    if (field.alwaysWritten) this.alwaysWritten.push(field)
  }
}

const NONE: readonly string[] = Object.freeze([])

/** What a field adds to its type. */
export interface FieldOptions {
  required?: boolean
  /** A pointer in Go: absent and zero differ. */
  pointer?: boolean
  /** Go's `omitempty`; false means that an empty value is written (an empty list as null). */
  omitEmpty?: boolean
  /** Go's `omitzero`: a zero struct (time) is left out rather than written. */
  omitZero?: boolean
  mergeKey?: string
  patchStrategy?: readonly string[]
  /** Names of the Go structs, joined by dots, that are embedded in the type and hold the field: they show in error messages. */
  embeddedIn?: string
  /** What an absent value counts as where the field is a key of a map-list. */
  default?: unknown
  /** How server-side apply was told to merge the value: `map=k1,k2`, `set`, `atomic`, `granular`; '' where nothing is said. */
  merge?: string
}

/** A field of a struct type. */
export class FieldInfo {
  readonly required: boolean
  readonly pointer: boolean
  readonly omitEmpty: boolean
  readonly omitZero: boolean
  /** Strategic merge patch: the key of a merged list of objects, or ''. */
  readonly mergeKey: string
  /** Strategic merge patch: merge, replace, retainKeys. */
  readonly patchStrategy: readonly string[]
  readonly default: unknown
  readonly merge: string
  readonly embeddedIn: string
  /** What Go calls the struct that the field was added to first. */
  ownerGoStruct = ''
  private resolved: TypeInfo | undefined

  constructor(
    readonly name: string,
    /** Its place in the type's `fieldList`. */
    readonly index: number,
    private readonly resolve: () => TypeInfo,
    /** A non-pointer struct is always written, whatever `omitEmpty` says. */
    isStructValue: boolean,
    options: FieldOptions,
  ) {
    this.required = options.required ?? false
    this.pointer = options.pointer ?? false
    this.omitEmpty = options.omitEmpty ?? true
    this.omitZero = options.omitZero ?? false
    this.mergeKey = options.mergeKey ?? ''
    this.patchStrategy = options.patchStrategy ?? NONE
    this.default = options.default
    this.merge = options.merge ?? ''
    this.embeddedIn = options.embeddedIn ?? ''
    this.alwaysWritten = !this.omitZero && (!this.omitEmpty || (isStructValue && !this.pointer))
    this.resolved = undefined
  }

  /** Written even when the input lacks it. */
  readonly alwaysWritten: boolean

  get type(): TypeInfo {
    return (this.resolved ??= this.resolve())
  }
  get listType(): ListType {
    return this.type.listType
  }
  get mapKeys(): readonly string[] {
    return this.type.mapKeys
  }
  get atomic(): boolean {
    return this.type.atomic
  }
}

/** A list type made at run time (for the schema of a custom resource). */
export function listOf(element: TypeInfo | (() => TypeInfo), listType: ListType, mapKeys: readonly string[] = NONE, goName = '[]interface {}'): TypeInfo {
  const type = new TypeInfo('[]', goName, Shape.List, element)
  type.listType = listType
  type.mapKeys = mapKeys
  return type
}

/** A map type made at run time. */
export function mapOf(element: TypeInfo | (() => TypeInfo), atomic = false, goName = 'map[string]interface {}'): TypeInfo {
  const type = new TypeInfo('map', goName, Shape.Map, element)
  type.atomic = atomic
  return type
}

/** Any JSON of which nothing is declared: owned leaf by leaf through maps, lists atomic. upstream: structured-merge-diff's deduced type */
export const DEDUCED: TypeInfo = new TypeInfo('deduced', 'interface {}', Shape.Map, () => DEDUCED)
DEDUCED.preserveUnknown = true
