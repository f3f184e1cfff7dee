/** Tells this process that something became due; other processes poll. */
export interface Wishes {
  /** To be called after the commit. */
  announce(): void
  subscribe(listener: () => void): () => void
}

export function wishes(): Wishes {
  const listeners = new Set<{ call: () => void }>()
  return {
    announce() {
      // A microtask each: what a listener throws is its own failure, not that of the write that was committed.
      for (const listener of listeners) queueMicrotask(() => listeners.has(listener) && listener.call())
    },
    subscribe(call) {
      const listener = { call }
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
