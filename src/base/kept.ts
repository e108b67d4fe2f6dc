/** What was made of a key before, as far as there is room: the oldest goes first. */
export class Kept<K, V> {
  private readonly values = new Map<K, { readonly value: V }>()

  constructor(private readonly most: number) {}

  /** @param make may throw; then nothing is kept */
  get(key: K, make: () => V): V {
    const found = this.values.get(key)
    if (found !== undefined) return found.value
    const value = make()
    if (this.values.size >= this.most) this.values.delete(this.values.keys().next().value as K)
    this.values.set(key, { value })
    return value
  }
}
