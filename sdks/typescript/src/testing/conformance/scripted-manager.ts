import type { ServerResponse } from "node:http"
import { type InfoServer, managerVariables, startInfoServer } from "../info-server.ts"
import { type Answer, bytesOf } from "./answer.ts"
import { takeSilentPort } from "./silent-port.ts"

/** The simulated manager of a vector. */
export interface ScriptedManager extends AsyncDisposable {
  requests: InfoServer["requests"]
  environment: Record<string, string>
  /** Is the request with this index, from 0, still waiting for an answer that may never come? */
  isOpen(place: number): boolean
  /** Sends all answers that are held back. */
  release(): void
}

export const startScriptedManager = (answers: readonly Answer[]): Promise<ScriptedManager> =>
  answers.length === 0 ? startSilentManager() : startAnsweringManager(answers)

async function startSilentManager(): Promise<ScriptedManager> {
  const { port, ...silent } = await takeSilentPort()
  return {
    requests: [],
    environment: managerVariables(`http://127.0.0.1:${port}`),
    isOpen: () => false,
    release: () => undefined,
    ...silent,
  }
}

async function startAnsweringManager(answers: readonly Answer[]): Promise<ScriptedManager> {
  const held = new Map<number, () => void>()
  const stalled = new Set<number>()
  const server = await startInfoServer((response) => {
    const place = server.requests.length - 1
    const answer = answers[Math.min(place, answers.length - 1)]
    if (!answer || "closes" in answer) response.destroy()
    else if ("stalls" in answer) {
      stalled.add(place)
      sendHalf(answer, response)
    } else if (answer.held) held.set(place, () => send(answer, response))
    else send(answer, response)
  })
  return {
    ...server,
    isOpen: (place) => held.has(place) || stalled.has(place),
    release() {
      for (const answer of held.values()) answer()
      held.clear()
    },
  }
}

type Whole = Exclude<Answer, { stalls: true } | { closes: true }>
type Half = Extract<Answer, { stalls: true }>

function send(answer: Whole, response: ServerResponse): void {
  const bytes = bytesOf(answer)
  response.writeHead(answer.status, headersOf(answer, bytes)).end(bytes)
}

function sendHalf(answer: Half, response: ServerResponse): void {
  const bytes = bytesOf(answer)
  response.writeHead(200, headersOf(answer, bytes)).write(bytes.subarray(0, Math.floor(bytes.length / 2)))
}

const headersOf = ({ headers }: Whole | Half, bytes: Buffer): Record<string, string> => ({
  "content-type": "application/json",
  ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  "content-length": `${bytes.length}`,
})
