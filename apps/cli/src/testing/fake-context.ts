import type { Context } from "../context.ts"

/** A context whose streams are remembered and whose clock passes only when somebody waits. */
export interface FakeContext extends Context {
  readonly out: string
  readonly err: string
  /** The first Ctrl-C. */
  interrupt(): void
}

export interface Given extends Partial<Context> {
  /** Whether stdin and stdout are one. */
  terminal?: boolean
  /** What a person says to every question. */
  answer?: boolean
  /** What a person types where it is not shown. */
  secret?: string
  /** What is on stdin. */
  input?: string
}

export function fakeContext(given: Given = {}): FakeContext {
  const { terminal = false, answer = true, secret, input = "", ...rest } = given
  const written = { out: "", err: "" }
  const controller = new AbortController()
  let time = Date.parse("2030-01-01T00:00:00Z")
  return {
    env: {},
    cwd: "/nowhere",
    home: "/nowhere",
    stdin: { isTTY: terminal },
    stdout: { write: (text) => (written.out += text), isTTY: terminal },
    stderr: { write: (text) => (written.err += text), isTTY: false },
    fetch,
    now: () => time,
    sleep: async (ms) => {
      time += ms
    },
    confirm: async () => answer,
    askSecret: async () => secret,
    readStdin: async () => input,
    openUrl: async () => false,
    interrupts: { signal: controller.signal },
    ...rest,
    get out() {
      return written.out
    },
    get err() {
      return written.err
    },
    interrupt: () => controller.abort(),
  }
}
