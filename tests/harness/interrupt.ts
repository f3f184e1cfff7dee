/**
 * A signal that is aborted by the first Ctrl-C, closed terminal or `kill`, which asks for an orderly end; later ones
 * are ignored.
 */
export function onInterrupt(): AbortSignal {
  const asked = new AbortController()
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => asked.abort())
  return asked.signal
}

/** Resolves when `signal` is aborted; keeps the process alive until then. */
export function untilInterrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const alive = setInterval(() => {}, 60_000)
    signal.addEventListener("abort", () => {
      clearInterval(alive)
      resolve()
    })
  })
}
