import type { Condition } from "@alienplatform/core"
import { type EndpointView, openConditions, waitsFor } from "../manager/endpoint-view.ts"
import type { Colour, Paint, Screen } from "./style.ts"
import { table } from "./table.ts"

const COLOURS: Readonly<Record<string, Colour>> = {
  ready: "green",
  running: "green",
  waiting: "yellow",
  provisioning: "cyan",
  updating: "cyan",
  deleting: "cyan",
  pending: "dim",
  held: "dim",
  failed: "red",
}

/** Colours the state of an endpoint or the status of a deployment. */
export const paintState = (state: string, paint: Paint): string => {
  const colour = COLOURS[state.endsWith("-failed") ? "failed" : state]
  return colour ? paint(colour, state) : state
}

/** Symbol of a state: ● where it works, ✖ where it failed, ○ where it does not work yet. */
export function stateSymbol(state: string, paint: Paint): string {
  const symbol = state === "ready" ? "●" : state === "failed" ? "✖" : "○"
  return paint(COLOURS[state] ?? "dim", symbol)
}

export const endpointTable = (views: readonly EndpointView[], { paint, width }: Screen): string =>
  views.length === 0
    ? "No resource has a public endpoint."
    : table(
        ["RESOURCE", "ENDPOINT", "STATE", "URL", "WAITS FOR"],
        views.map((view) => [
          view.resource,
          view.endpoint,
          paintState(view.state, paint),
          view.url ?? "-",
          waitsFor(view),
        ]),
        { width, cut: ["WAITS FOR"] },
      )

/** Text about every endpoint that is not ready: what is wrong, what was expected and seen, and what to do. */
export function endpointDetails(views: readonly EndpointView[], paint: Paint): string {
  const blocks = views.flatMap((view) => {
    const open = openConditions(view)
    if (view.state === "ready" || open.length === 0) return []
    const heading = `${paint("bold", `${view.resource}.${view.endpoint}`)} is ${paintState(view.state, paint)}`
    const records = view.dnsRecords.filter(({ status }) => status !== "ok")
    return [
      [
        heading,
        ...open.flatMap((condition) => conditionLines(condition, paint)),
        ...(records.length > 0
          ? indent(
              `  ${table(
                ["DNS", "NAME", "VALUE", "STATUS"],
                records.map(({ type, name, value, status }) => [type, name, value, status ?? ""]),
              )}`,
            )
          : []),
      ].join("\n"),
    ]
  })
  return blocks.join("\n\n")
}

function conditionLines({ type, code, on, message, expected, observed, fix }: Condition, paint: Paint): string[] {
  const line = (label: string, value: unknown) =>
    value === undefined || value === null ? [] : indent(`    ${paint("dim", label.padEnd(8))}  ${valueText(value)}`)
  return [
    `  ${paint("yellow", type)}  ${code ?? ""}${on ? paint("dim", `  ${on} acts`) : ""}`,
    ...(message ? indent(`    ${message}`) : []),
    ...line("expected", expected),
    ...line("observed", observed),
    ...line("fix", fix),
  ]
}

/** Indents further lines under the first. */
const indent = (text: string): string[] => {
  const margin = /^ */.exec(text)?.[0] ?? ""
  return text.split("\n").map((line, index) => (index === 0 ? line : margin + line))
}

const valueText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value))
