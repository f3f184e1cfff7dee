import type { Condition } from "@alienplatform/core"
import { type EndpointView, openConditions } from "../manager/endpoint-view.ts"

/** What makes a condition news: times and counts in its message do not. */
export const signatureOf = ({ status, code, on, fix }: Condition): string => JSON.stringify([status, code, on, fix])

/** Lines about what holds an endpoint up and how that ends. They stay as they were first said while the condition does. */
export class ReasonLines {
  readonly #said = new Map<string, { signature: string; lines: string[] }>()

  of(view: EndpointView): string[] {
    return openConditions(view).flatMap((condition) => {
      // What the manager makes is said by the state.
      if (condition.on === "manager") return []
      const key = `${view.resource}.${view.endpoint} ${condition.type}`
      const signature = signatureOf(condition)
      const said = this.#said.get(key)
      if (said?.signature === signature) return said.lines
      const lines = [firstLine(condition.message), condition.fix ? `fix: ${firstLine(condition.fix)}` : ""]
        .filter(Boolean)
        .map((line) => `    ${line}`)
      this.#said.set(key, { signature, lines })
      return lines
    })
  }
}

/** Last output lines come with the verdict. */
const firstLine = (text: string): string => text.split("\n", 1)[0] ?? ""
