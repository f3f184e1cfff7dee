/** Ctrl-C, a closed terminal or a `kill`: the first one asks for an orderly end, which later ones do not disturb. */
export function onInterrupt(): AbortSignal {
  const asked = new AbortController()
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => asked.abort())
  return asked.signal
}

/** Resolves when it is asked for; keeps the process alive meanwhile. */
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
