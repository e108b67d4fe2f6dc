/** Go's sort.Sort: not stable, so that what compares alike ends where Go would put it. upstream: Go's sort package (pattern-defeating quicksort) */

/** Sorts in place. `less` may contradict itself; the result is then Go's, too. */
export function sortAsGo<T>(items: T[], less: (a: T, b: T) => boolean): void {
  new PatternSort(items, less).sort(0, items.length, bitLength(items.length))
}

const bitLength = (n: number): number => 32 - Math.clz32(n)

const INSERTION_MAX = 12
const NINTHER_MIN = 50
const MAX_SWAPS = 12
type Hint = 'increasing' | 'decreasing' | 'unknown'

class PatternSort<T> {
  constructor(
    readonly items: T[],
    readonly lessThan: (a: T, b: T) => boolean,
  ) {}

  #less(i: number, j: number): boolean {
    return this.lessThan(this.items[i] as T, this.items[j] as T)
  }
  #swap(i: number, j: number): void {
    const item = this.items[i] as T
    this.items[i] = this.items[j] as T
    this.items[j] = item
  }

  /** The range [a, b); `limit` is how many bad pivots are borne before a heap sort takes over. */
  sort(a: number, b: number, limit: number): void {
    let balanced = true
    let partitioned = true
    for (;;) {
      const length = b - a
      if (length <= INSERTION_MAX) return this.#insertionSort(a, b)
      if (limit === 0) return this.#heapSort(a, b)
      if (!balanced) {
        this.#breakPatterns(a, b)
        limit--
      }
      let [pivot, hint] = this.#choosePivot(a, b)
      if (hint === 'decreasing') {
        for (let i = a, j = b - 1; i < j; i++, j--) this.#swap(i, j)
        pivot = b - 1 - (pivot - a)
        hint = 'increasing'
      }
      if (balanced && partitioned && hint === 'increasing' && this.#nearlySorted(a, b)) return
      // Many equal to the pivot: those are set apart, and only the greater ones sorted on.
      if (a > 0 && !this.#less(a - 1, pivot)) {
        a = this.#partitionEqual(a, b, pivot)
        continue
      }
      const [middle, already] = this.#partition(a, b, pivot)
      partitioned = already
      const [left, right] = [middle - a, b - middle]
      balanced = Math.min(left, right) >= Math.floor(length / 8)
      if (left < right) {
        this.sort(a, middle, limit)
        a = middle + 1
      } else {
        this.sort(middle + 1, b, limit)
        b = middle
      }
    }
  }

  #insertionSort(a: number, b: number): void {
    for (let i = a + 1; i < b; i++) for (let j = i; j > a && this.#less(j, j - 1); j--) this.#swap(j, j - 1)
  }

  #heapSort(a: number, b: number): void {
    const sift = (low: number, high: number): void => {
      for (let root = low, child = 2 * root + 1; child < high; root = child, child = 2 * root + 1) {
        if (child + 1 < high && this.#less(a + child, a + child + 1)) child++
        if (!this.#less(a + root, a + child)) return
        this.#swap(a + root, a + child)
      }
    }
    for (let i = Math.floor((b - a - 1) / 2); i >= 0; i--) sift(i, b - a)
    for (let i = b - a - 1; i >= 0; i--) {
      this.#swap(a, a + i)
      sift(0, i)
    }
  }

  /** Less than the pivot to its left, the rest to its right; answers its place and whether all stood right already. */
  #partition(a: number, b: number, pivot: number): [number, boolean] {
    this.#swap(a, pivot)
    let [i, j] = [a + 1, b - 1]
    for (let first = true; ; first = false) {
      while (i <= j && this.#less(i, a)) i++
      while (i <= j && !this.#less(j, a)) j--
      if (i > j) {
        this.#swap(j, a)
        return [j, first]
      }
      this.#swap(i++, j--)
    }
  }

  #partitionEqual(a: number, b: number, pivot: number): number {
    this.#swap(a, pivot)
    let [i, j] = [a + 1, b - 1]
    for (;;) {
      while (i <= j && !this.#less(a, i)) i++
      while (i <= j && this.#less(a, j)) j--
      if (i > j) return i
      this.#swap(i++, j--)
    }
  }

  /** Mends at most five places out of order; false when that was not enough. */
  #nearlySorted(a: number, b: number): boolean {
    let i = a + 1
    for (let step = 0; step < 5; step++) {
      while (i < b && !this.#less(i, i - 1)) i++
      if (i === b) return true
      if (b - a < NINTHER_MIN) return false
      this.#swap(i, i - 1)
      if (i - a >= 2) for (let j = i - 1; j >= 1 && this.#less(j, j - 1); j--) this.#swap(j, j - 1)
      if (b - i >= 2) for (let j = i + 1; j < b && this.#less(j, j - 1); j++) this.#swap(j, j - 1)
    }
    return false
  }

  /** Three swaps that are random only in name: they depend on the length. */
  #breakPatterns(a: number, b: number): void {
    const length = b - a
    if (length < 8) return
    let random = BigInt(length)
    const mask = BigInt(2 ** bitLength(length) - 1)
    const middle = a + Math.floor(length / 4) * 2
    for (let i = middle - 1; i <= middle + 1; i++) {
      random = BigInt.asUintN(64, random ^ (random << 13n))
      random ^= random >> 7n
      random = BigInt.asUintN(64, random ^ (random << 17n))
      const other = Number(random & mask)
      this.#swap(i, a + (other >= length ? other - length : other))
    }
  }

  #choosePivot(a: number, b: number): [number, Hint] {
    const length = b - a
    const quarter = Math.floor(length / 4)
    let swaps = 0
    const order = (x: number, y: number): [number, number] => {
      if (!this.#less(y, x)) return [x, y]
      swaps++
      return [y, x]
    }
    const median = (x: number, y: number, z: number): number => {
      ;[x, y] = order(x, y)
      ;[y, z] = order(y, z)
      return order(x, y)[1]
    }
    const around = (x: number): number => (length >= NINTHER_MIN ? median(x - 1, x, x + 1) : x)
    const [i, j, k] = [around(a + quarter), around(a + quarter * 2), around(a + quarter * 3)]
    const pivot = median(i, j, k)
    return [pivot, swaps === 0 ? 'increasing' : swaps === MAX_SWAPS ? 'decreasing' : 'unknown']
  }
}
