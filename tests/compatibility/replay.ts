import { findMistakes } from "../contract/json-schema.ts"
import type { ContractManager, Exchange } from "../contract/manager.ts"
import { shopStack } from "../contract/stack.ts"
import type { RecordedCall, RecordedOperation, Recording } from "./recording.ts"

/** How a recorded call ended for its client. */
export interface Outcome {
  operation: string
  asks: string | undefined
  /** The code that it was refused with, and the fields that are named; absent: it was taken. */
  refused?: { code: string; paths: string[] }
  /** What the client could not read of an answer that it took for a success. */
  mistakes: string[]
}

/** Makes every recorded call in order, and reads the answers as the client does. */
export async function replay({ operations }: Recording, manager: ContractManager): Promise<Outcome[]> {
  const known: Record<string, unknown> = { platform: "test", stack: shopStack(), token: await anyToken(manager) }
  const outcomes: Outcome[] = []
  for (const operation of operations)
    for (const call of operation.calls) {
      const exchange = await ask(manager, operation, call, known)
      outcomes.push({ operation: operation.operation, asks: call.asks, ...judge(operation, exchange) })
      if (exchange.status !== 201) continue
      if (operation.operation === "create_release") known.release ??= exchange.body.id
      if (operation.operation !== "create_deployment" || known.deployment !== undefined) continue
      known.deployment = exchange.body.deployment.id
      await manager.until(`/v1/deployments/${known.deployment}`, ({ status }) => status === "running")
    }
  return outcomes
}

function ask(
  manager: ContractManager,
  { operation, method, path, accept }: RecordedOperation,
  { query = [], body }: RecordedCall,
  known: Readonly<Record<string, unknown>>,
): Promise<Exchange> {
  const id = operation.includes("release") ? "release" : operation.includes("token") ? "token" : "deployment"
  const search = query.map((pair) => pair.map(encodeURIComponent).join("=")).join("&")
  const target = `${path.replace("{id}", String(known[id]))}${search === "" ? "" : `?${search}`}`
  return manager.ask(method, target, { accept, ...(body === undefined ? {} : { body: filled(body, known) }) })
}

function judge({ status, reads }: RecordedOperation, exchange: Exchange): Pick<Outcome, "refused" | "mistakes"> {
  if (exchange.status >= 400) {
    const { code, context } = exchange.body
    const violations: { path: string }[] = context?.violations ?? []
    return { refused: { code, paths: violations.map(({ path }) => path) }, mistakes: [] }
  }
  const wrongStatus = exchange.status === status ? [] : [`the status is ${exchange.status}, not ${status}`]
  const unread = reads === undefined ? [] : findMistakes(exchange.body, reads, noReference)
  return { mistakes: [...wrongStatus, ...unread] }
}

const noReference = (reference: string): never => {
  throw new Error(`a recording has no reference: ${reference}`)
}

/** A body with what stands for each placeholder, which may be a key too. */
function filled(value: unknown, known: Readonly<Record<string, unknown>>): unknown {
  const placed = (text: string) => {
    const name = /^\{(\w+)\}$/.exec(text)?.[1]
    return name === undefined ? text : known[name]
  }
  if (typeof value === "string") return placed(value)
  if (Array.isArray(value)) return value.map((item) => filled(item, known))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [String(placed(key)), filled(member, known)]))
}

/** A token to be revoked; the recorded clients can make none here. */
async function anyToken({ ask }: ContractManager): Promise<string> {
  const { body } = await ask("POST", "/v1/tokens", { body: { role: "admin" } })
  return body.token.id
}
