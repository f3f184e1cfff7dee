/** A priority queue of keys, lowest rank first. A key has one rank: the one set last. */
export class PriorityQueue<K> {
  readonly #heap: { key: K; rank: number }[] = []
  readonly #ranks = new Map<K, number>()

  get size(): number {
    return this.#ranks.size
  }

  set(key: K, rank: number): void {
    if (this.#ranks.get(key) === rank) return
    this.#ranks.set(key, rank)
    this.#heap.push({ key, rank })
    this.#rise(this.#heap.length - 1)
  }

  delete(key: K): void {
    this.#ranks.delete(key)
  }

  /** The first key and its rank, without removing it. */
  peek(): { key: K; rank: number } | undefined {
    for (;;) {
      const first = this.#heap[0]
      if (!first || this.#ranks.get(first.key) === first.rank) return first
      this.#removeFirst()
    }
  }

  take(): K | undefined {
    const first = this.peek()
    if (!first) return undefined
    this.#removeFirst()
    this.#ranks.delete(first.key)
    return first.key
  }

  #removeFirst(): void {
    const last = this.#heap.pop()
    if (!last || this.#heap.length === 0) return
    this.#heap[0] = last
    this.#sink(0)
  }

  #rise(index: number): void {
    for (let at = index; at > 0; ) {
      const parent = (at - 1) >> 1
      if (this.#rankAt(parent) <= this.#rankAt(at)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  #sink(index: number): void {
    for (let at = index; ; ) {
      const left = 2 * at + 1
      const least = [left, left + 1].reduce(
        (best, child) => (this.#rankAt(child) < this.#rankAt(best) ? child : best),
        at,
      )
      if (least === at) return
      this.#swap(at, least)
      at = least
    }
  }

  #rankAt(index: number): number {
    return this.#heap[index]?.rank ?? Number.POSITIVE_INFINITY
  }

  #swap(left: number, right: number): void {
    const [one, other] = [this.#heap[left], this.#heap[right]]
    if (!one || !other) return
    this.#heap[left] = other
    this.#heap[right] = one
  }
}
