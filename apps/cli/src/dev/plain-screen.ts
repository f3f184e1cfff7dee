import type { Context } from "../context.ts"
import type { Paint } from "../output/style.ts"
import type { Tell } from "./event.ts"
import { EventLines } from "./event-lines.ts"

/** Prints events line by line, for pipes, for CI, and for simple terminals. */
export function plainScreen(stdout: Context["stdout"], paint: Paint): Tell {
  const lines = new EventLines(paint)
  return (event) => {
    for (const line of lines.of(event)) stdout.write(`${line}\n`)
  }
}
