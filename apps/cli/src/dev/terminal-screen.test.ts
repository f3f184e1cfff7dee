import { stripVTControlCharacters } from "node:util"
import { expect, test } from "vitest"
import type { EndpointView } from "../manager/endpoint-view.ts"
import { paintFor } from "../output/style.ts"
import type { DevEvent } from "./event.ts"
import type { Terminal } from "./terminal.ts"
import { terminalScreen } from "./terminal-screen.ts"

const ESC = String.fromCharCode(0x1b)
const STEPS = new RegExp(`(${ESC}\\[\\??\\d*[A-Za-z]|\n|\r)`)
const UP = new RegExp(`^${ESC}\\[(\\d+)A$`)

/** A terminal with what the screen uses: text, line feed, carriage return, cursor up, erase below, colours. */
function fakeTerminal(columns: number) {
  const rows: string[] = [""]
  let row = 0
  const state = { columns }
  const terminal: Terminal = {
    get columns() {
      return state.columns
    },
    write(text) {
      for (const part of text.split(STEPS)) {
        const up = UP.exec(part)
        if (part === "\n") rows[++row] ??= ""
        else if (up) row -= Number(up[1])
        else if (part === "\u001b[0J") rows.splice(row, rows.length, "")
        else if (part !== "\r") rows[row] += stripVTControlCharacters(part)
      }
    },
    onKey: () => () => {},
    onResize: () => () => {},
  }
  return { terminal, lines: () => rows.join("\n").trimEnd().split("\n"), state }
}

const paint = paintFor({ write: () => {}, isTTY: false }, {})
const view = (changes: Partial<EndpointView> = {}): EndpointView => ({
  resource: "api",
  endpoint: "web",
  protocol: "http",
  state: "ready",
  url: "https://api.dev.localhost:8443",
  conditions: [],
  dnsRecords: [],
  connect: undefined,
  hosts: [],
  wildcardHost: undefined,
  ...changes,
})
const log = (line: string, resource = "api"): DevEvent => ({
  event: "log",
  entry: { time: "2030-01-01T00:00:00Z", resource, replica: 1, incarnation: 1, stream: "stdout", line },
})

test("the endpoints stay at the bottom, below the lines of the workloads", () => {
  const { terminal, lines } = fakeTerminal(80)
  const screen = terminalScreen(terminal, paint, true)
  screen.tell({ event: "listening", url: "http://127.0.0.1:7400", stack: "/s", data: "/d", deployment: "shop" })
  screen.tell(log("first"))
  screen.tell({ event: "state", status: "provisioning", endpoints: [view({ state: "provisioning" })] })
  screen.tell(log("second", "other"))
  screen.tell({ event: "state", status: "running", endpoints: [view()] })
  screen.tell({ event: "ready", ms: 1234, endpoints: [view()] })
  expect(lines().slice(4)).toEqual([
    "api │ first",
    "other │ second",
    "✔ ready in 1.2 s",
    "  alien curl shop",
    "",
    "ENDPOINT   STATE   URL",
    "api.web    ready   https://api.dev.localhost:8443",
    "watching   q quit · o open · r rebuild · l hide logs",
  ])
})

test("a line of the table never wraps, so nothing is torn in a narrow terminal", () => {
  const { terminal, lines } = fakeTerminal(44)
  const screen = terminalScreen(terminal, paint, true)
  screen.tell({ event: "state", status: "running", endpoints: [view({ resource: "a-very-long-name" })] })
  expect(lines().filter((line) => line.length > 43)).toEqual([])
})

test("why an endpoint fails stands above, and each reason once", () => {
  const { terminal, lines } = fakeTerminal(100)
  const screen = terminalScreen(terminal, paint, true)
  const condition = { type: "target", status: "failed", code: "workload_crashed", message: "it exited\n  boom" }
  const failing = view({ state: "failed", conditions: [condition] as never })
  for (let time = 0; time < 2; time++) screen.tell({ event: "state", status: "running", endpoints: [failing, view()] })
  const text = lines().join("\n")
  expect(text.match(/boom/g)).toHaveLength(1)
  expect(text).toContain("api.web    failed   https://api.dev.localhost:8443   workload_crashed")
})

test("hidden logs are counted, and the control characters of a workload change nothing", () => {
  const { terminal, lines } = fakeTerminal(80)
  const screen = terminalScreen(terminal, paint, true)
  screen.toggleLogs()
  screen.tell(log("unseen"))
  expect(lines().join("\n")).toContain("l show logs (1)")
  screen.toggleLogs()
  screen.tell(log("\u001b[2J\u001b[10Aseen\rover"))
  expect(lines()[0]).toBe("api │ seen␍over")
})

test("a build that failed is told with its place, and that it is well again", () => {
  const { terminal, lines } = fakeTerminal(80)
  const screen = terminalScreen(terminal, paint, true)
  const error = {
    code: "build_failed",
    message: "x could not be built:\n  a.ts:1:2: no",
    retryable: false,
    internal: false,
  }
  screen.tell({ event: "failed", what: "build", error })
  expect(lines().join("\n")).toMatch(/a\.ts:1:2: no[\s\S]*what ran before goes on[\s\S]*the build failed/)
  screen.tell({ event: "built", resources: ["api"], ms: 5 })
  expect(lines().join("\n")).toContain("✔ builds again\n✔ built api in 5 ms")
})

test("how far a long build is stands in the last line alone", () => {
  const { terminal, lines } = fakeTerminal(80)
  const screen = terminalScreen(terminal, paint, true)
  screen.tell({ event: "progress", resource: "agent", detail: "86 of 120: tokio", share: 0.71 })
  screen.tell({ event: "progress", resource: "agent", detail: "87 of 120: hyper", share: 0.72 })
  expect(lines()).toEqual(["", "building agent: 87 of 120: hyper   q quit · o open · r rebuild · l hide logs"])
})

test("plain symbols where the terminal knows no others, and it ends without a footer", () => {
  const { terminal, lines } = fakeTerminal(80)
  const screen = terminalScreen(terminal, paint, false)
  screen.tell(log("first"))
  expect(lines().join("\n")).toContain("q quit . o open")
  screen.end()
  expect(lines()).toEqual(["api | first"])
})
