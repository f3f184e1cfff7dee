/** One ordered sequence of several. */
interface Head<S, T> {
  source: S
  items: Iterator<T>
}

/** Items of all sequences in the order of `before`; among equals those of the earlier sequence first. Takes one at a time. */
export function* merged<S, T>(
  heads: readonly Head<S, T>[],
  before: (left: T, right: T) => boolean,
): Generator<{ source: S; item: T }> {
  const open = heads.flatMap((head) => {
    const next = head.items.next()
    return next.done ? [] : [{ ...head, item: next.value }]
  })
  while (open.length > 0) {
    const first = open.reduce((best, other) => (before(other.item, best.item) ? other : best))
    yield { source: first.source, item: first.item }
    const next = first.items.next()
    if (next.done) open.splice(open.indexOf(first), 1)
    else first.item = next.value
  }
}
