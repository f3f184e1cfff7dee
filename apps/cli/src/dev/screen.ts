import { sparseSteps } from "../build/sparse-steps.ts"
import type { Context } from "../context.ts"
import { paintFor } from "../output/style.ts"
import { hasSymbols } from "../output/symbols.ts"
import type { Tell } from "./event.ts"
import { jsonScreen } from "./json-screen.ts"
import { plainScreen } from "./plain-screen.ts"
import type { Terminal } from "./terminal.ts"
import { terminalScreen } from "./terminal-screen.ts"

/** Narrowest terminal with a live screen; narrower ones get lines. */
const MIN_COLUMNS = 40

export interface Keys {
  quit(): void
  open(): void
  rebuild(): void
}

export interface Screen {
  tell: Tell
  /** Restores the terminal. */
  end(): void
}

/** Opens the screen: JSON where asked for, a live screen for a person, lines for everything else. */
export function openScreen(
  { terminal, json, context }: { terminal: Terminal | undefined; json: boolean; context: Context },
  keys: Keys,
): Screen {
  const { stdout, env } = context
  if (json) return { tell: skipSmallSteps(jsonScreen(stdout)), end: () => {} }
  const paint = paintFor(stdout, env)
  if (!terminal || env.CI || env.TERM === "dumb" || terminal.columns < MIN_COLUMNS)
    return { tell: skipSmallSteps(plainScreen(stdout, paint)), end: () => {} }

  const screen = terminalScreen(terminal, paint, hasSymbols(stdout, env))
  const actions: Readonly<Record<string, () => void>> = {
    q: keys.quit,
    o: keys.open,
    r: keys.rebuild,
    l: screen.toggleLogs,
  }
  const release = terminal.onKey((key) => actions[key.toLowerCase()]?.())
  return {
    tell: screen.tell,
    end() {
      release()
      screen.end()
    },
  }
}

/** Drops most build steps, for screens on which every event is a line. */
function skipSmallSteps(tell: Tell): Tell {
  const isWorthALine = sparseSteps()
  return (event) => {
    if (event.event !== "progress" || isWorthALine(event)) tell(event)
  }
}
