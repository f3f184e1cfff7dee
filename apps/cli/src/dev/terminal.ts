const CTRL_C = "\u0003"

/** What a person sits at. Unlike the streams of a command, what is written to it is not made safe. */
export interface Terminal {
  write(text: string): void
  readonly columns: number
  /** Calls `press` with each key but Ctrl-C, which is the signal as ever; returns what ends that. */
  onKey(press: (key: string) => void): () => void
  /** Returns what ends it. */
  onResize(resized: () => void): () => void
}

/** This process's, where both of its ends are one. */
export function processTerminal(): Terminal | undefined {
  const { stdin, stdout } = process
  if (!stdin.isTTY || !stdout.isTTY) return undefined
  return {
    write: (text) => stdout.write(text),
    get columns() {
      return stdout.columns
    },
    onKey(press) {
      const read = (bytes: Buffer) => {
        for (const key of bytes.toString("latin1")) {
          if (key === CTRL_C) process.kill(process.pid, "SIGINT")
          else press(key)
        }
      }
      stdin.setRawMode(true)
      stdin.on("data", read)
      return () => {
        stdin.off("data", read)
        stdin.setRawMode(false)
        stdin.pause()
      }
    },
    onResize(resized) {
      stdout.on("resize", resized)
      return () => stdout.off("resize", resized)
    },
  }
}
