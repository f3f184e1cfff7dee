import type { Context } from "../context.ts"

/** A context that records its output and whose clock advances only when somebody waits. */
export interface FakeContext extends Context {
  readonly out: string
  readonly err: string
  /** Sends the first Ctrl-C. */
  interrupt(): void
}

export interface Given extends Partial<Context> {
  /** True where stdin and stdout are a terminal. */
  terminal?: boolean
  /** Answer to every question; undefined breaks off. */
  answer?: boolean | undefined
  /** Secret that the person types. */
  secret?: string
  /** Content of stdin. */
  input?: string
}

export function fakeContext(given: Given = {}): FakeContext {
  const { terminal = false, answer: _answer, secret, input = "", ...rest } = given
  const answer = "answer" in given ? given.answer : true
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
    runProgram: async () => undefined,
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
