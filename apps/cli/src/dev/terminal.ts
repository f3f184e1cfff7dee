const CTRL_C = "\u0003"

/** A person's terminal. Unlike for the streams of a command, text written to it is not sanitised. */
export interface Terminal {
  write(text: string): void
  readonly columns: number
  /** Calls `press` with each key but Ctrl-C, which stays a signal; returns a function that stops this. */
  onKey(press: (key: string) => void): () => void
  /** Calls `resized` whenever the terminal is resized; returns a function that stops this. */
  onResize(resized: () => void): () => void
}

/** The terminal of this process; undefined unless both stdin and stdout are one. */
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
