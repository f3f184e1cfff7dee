import type { EndpointView } from "../manager/endpoint-view.ts"
import { waitsFor } from "../manager/endpoint-view.ts"
import { paintState } from "../output/endpoints.ts"
import type { Paint } from "../output/style.ts"
import { plainSymbols } from "../output/symbols.ts"
import { table } from "../output/table.ts"
import type { DevEvent, Tell } from "./event.ts"
import { EventLines } from "./event-lines.ts"
import { Footer } from "./footer.ts"
import type { Terminal } from "./terminal.ts"

export interface TerminalScreen {
  tell: Tell
  /** Shows or hides the output of the workloads. */
  toggleLogs(): void
  /** Ends the footer; later output is printed below it. */
  end(): void
}

/** Makes a screen with endpoints and keys at the bottom and everything else above. */
export function terminalScreen(terminal: Terminal, paint: Paint, symbols: boolean): TerminalScreen {
  const footer = new Footer(terminal)
  const lines = new EventLines(paint)
  let endpoints: readonly EndpointView[] = []
  let doing = "starting"
  let logs = true
  let missed = 0
  let ended = false

  const shown = (text: string) => (symbols ? text : plainSymbols(text))
  const draw = () => {
    if (!ended) footer.set([...endpointLines(), statusLine()].map(shown))
  }
  const endpointLines = () => {
    if (endpoints.length === 0) return [""]
    const rows = endpoints.map((view) => [
      `${view.resource}.${view.endpoint}`,
      paintState(view.state, paint),
      view.url ?? "-",
      waitsFor(view),
    ])
    const width = terminal.columns - 1
    return [
      "",
      ...table(["ENDPOINT", "STATE", "URL", "WAITS FOR"], rows, { width, cut: ["WAITS FOR", "URL"] }).split("\n"),
    ]
  }
  const statusLine = () => {
    const hidden = logs ? "hide logs" : `show logs${missed > 0 ? ` (${missed})` : ""}`
    return `${doing}   ${paint("dim", `q quit · o open · r rebuild · l ${hidden}`)}`
  }
  const stopResizing = terminal.onResize(() => footer.redraw())
  draw()

  return {
    tell(event) {
      doing = statusOf(event, paint) ?? doing
      if (event.event === "state") endpoints = event.endpoints
      if (event.event === "log" && !logs) missed++
      else if (event.event !== "progress") footer.print(lines.of(withoutFooter(event)).map(shown))
      draw()
    },
    toggleLogs() {
      logs = !logs
      missed = 0
      draw()
    },
    end() {
      ended = true
      stopResizing()
      footer.set([])
    },
  }
}

/** Removes from the state event what the footer shows; reasons stay, to be printed above. */
const withoutFooter = (event: DevEvent): DevEvent =>
  event.event === "state"
    ? { ...event, endpoints: event.endpoints.filter(({ state }) => state === "failed" || state === "waiting") }
    : event

function statusOf(event: DevEvent, paint: Paint): string | undefined {
  switch (event.event) {
    case "building":
      return paint("cyan", "building")
    case "progress":
      return paint("cyan", `building ${event.resource}: ${event.detail}`)
    case "built":
      return paint("cyan", "installing")
    case "failed":
      return paint("red", event.what === "build" ? "the build failed" : `the ${event.what} failed`)
    case "unchanged":
    case "ready":
      return paint("green", "watching")
    case "stopping":
      return "stopping"
    default:
      return undefined
  }
}
