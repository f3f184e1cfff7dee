/** Tells this process that a deployment became due, or due earlier; other processes poll. */
export interface RunRequests {
  /** To be called after the commit. */
  announce(): void
  /** Calls back after every announcement; returns the unsubscribe. */
  subscribe(listener: () => void): () => void
}

export function createRunRequests(): RunRequests {
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
