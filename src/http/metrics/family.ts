/** Numbers by labels, in the text format of Prometheus. */

interface Described {
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
}

/** Label values in the order of the family's labels. */
export type Values = readonly string[]

/** One family as text, its comments first. */
export interface Family {
  render(): string
}

const escaped = (text: string): string => text.replace(/[\\"\n]/g, c => (c === '\n' ? '\\n' : `\\${c}`))
const shown = (labels: readonly string[], key: string, more = ''): string => {
  const values = key === '' && labels.length === 0 ? [] : key.split('\0')
  const pairs = labels.map((l, i) => `${l}="${escaped(values[i] ?? '')}"`)
  if (more !== '') pairs.push(more)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}
const head = ({ name, help }: Described, type: string): string => `# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}\n# TYPE ${name} ${type}\n`
const inOrder = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1))

/** A number for each combination of labels. */
class Tally implements Family {
  private readonly values = new Map<string, number>()

  constructor(
    private readonly described: Described,
    private readonly type: 'counter' | 'gauge',
  ) {}

  add(values: Values, n: number): void {
    const key = values.join('\0')
    this.values.set(key, (this.values.get(key) ?? 0) + n)
  }

  render(): string {
    const { name, labels } = this.described
    return head(this.described, this.type) + inOrder(this.values).map(([key, n]) => `${name}${shown(labels, key)} ${n}\n`).join('')
  }
}

/** Only goes up. */
export class Counter extends Tally {
  constructor(described: Described) {
    super(described, 'counter')
  }

  override add(values: Values, n = 1): void {
    super.add(values, n)
  }
}

/** Goes up and down; what is zero again and had labels stays. */
export class Gauge extends Tally {
  constructor(described: Described) {
    super(described, 'gauge')
  }
}

/** Asked when somebody looks. */
export class Measured implements Family {
  constructor(
    private readonly described: Described & { readonly type: 'gauge' | 'counter' },
    private readonly measure: () => Iterable<readonly [values: Values, value: number]>,
  ) {}

  render(): string {
    const { name, labels, type } = this.described
    return head(this.described, type) + inOrder(new Map([...this.measure()].map(([values, n]) => [values.join('\0'), n]))).map(([key, n]) => `${name}${shown(labels, key)} ${n}\n`).join('')
  }
}

interface Series {
  readonly buckets: number[]
  sum: number
  count: number
}

export class Histogram implements Family {
  private readonly series = new Map<string, Series>()

  /** @param bounds upper ends of the buckets, rising; all above is in one more */
  constructor(
    private readonly described: Described,
    private readonly bounds: readonly number[],
  ) {}

  observe(values: Values, x: number): void {
    const key = values.join('\0')
    let s = this.series.get(key)
    if (s === undefined) this.series.set(key, (s = { buckets: this.bounds.map(() => 0), sum: 0, count: 0 }))
    const i = this.bounds.findIndex(b => x <= b)
    if (i >= 0) s.buckets[i] = (s.buckets[i] as number) + 1
    s.sum += x
    s.count++
  }

  render(): string {
    const { name, labels } = this.described
    let text = head(this.described, 'histogram')
    for (const [key, s] of inOrder(this.series)) {
      let below = 0
      for (const [i, bound] of this.bounds.entries()) text += `${name}_bucket${shown(labels, key, `le="${bound}"`)} ${(below += s.buckets[i] as number)}\n`
      text += `${name}_bucket${shown(labels, key, 'le="+Inf"')} ${s.count}\n${name}_sum${shown(labels, key)} ${s.sum}\n${name}_count${shown(labels, key)} ${s.count}\n`
    }
    return text
  }
}
