const underWay = new Map<string, Promise<unknown>>()

/**
 * Runs `work`, or waits for the same work that is under way in this process: a call that took too long is repeated while
 * what it began goes on.
 * @param key of all work in this process
 */
export function shareWork<T>(key: string, work: () => Promise<T>): Promise<T> {
  const known = underWay.get(key)
  if (known) return known as Promise<T>
  const running = work().finally(() => underWay.delete(key))
  underWay.set(key, running)
  return running
}
