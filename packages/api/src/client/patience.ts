/** Aborts what takes too long. */
export interface Patience extends Disposable {
  signal: AbortSignal
  /** Starts again; for an answer that comes in parts. */
  renew(): void
}

/** Aborts after `ms` since it was made or renewed last. */
export function patienceOf(ms: number): Patience {
  const controller = new AbortController()
  const give = () => controller.abort(new DOMException(`nothing came within ${ms} ms`, "TimeoutError"))
  let timer = setTimeout(give, ms)
  return {
    signal: controller.signal,
    renew() {
      clearTimeout(timer)
      timer = setTimeout(give, ms)
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  }
}
