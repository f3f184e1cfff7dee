import type { LogEntry } from "@alienplatform/api/client"
import { openConditions, waitsFor } from "../manager/endpoint-view.ts"
import { curlCommand } from "../output/curl.ts"
import { paintState } from "../output/endpoints.ts"
import { renderFailure } from "../output/failure.ts"
import type { Colour, Paint } from "../output/style.ts"
import type { DevEvent } from "./event.ts"

const COLOURS: readonly Colour[] = ["cyan", "green", "yellow", "bold"]

/** Turns each event into lines for people, in order. Remembers what it has printed. */
export class EventLines {
  readonly #paint: Paint
  readonly #states = new Map<string, string>()
  readonly #colours = new Map<string, Colour>()
  #deployment = ""
  #toldCurl = false
  #failed = false

  constructor(paint: Paint) {
    this.#paint = paint
  }

  of(event: DevEvent): string[] {
    const paint = this.#paint
    switch (event.event) {
      case "listening":
        this.#deployment = event.deployment
        return [
          `${paint("bold", "alien dev")}  ${event.stack}`,
          `${paint("dim", "manager")}    ${event.url}`,
          `${paint("dim", "data")}       ${event.data}`,
          "",
        ]
      case "note":
        return [`${paint("dim", "note")} ${event.text}`]
      case "building":
        return event.changed.length > 0 ? [`${paint("cyan", "●")} changed: ${firstFiles(event.changed)}`] : []
      case "progress":
        return [`${paint("cyan", "●")} building ${event.resource}: ${event.detail}`]
      case "built":
        return [
          this.#recoveryLines(),
          `${paint("green", "✔")} built ${event.resources.join(", ") || "the stack"} in ${event.ms} ms`,
        ].flat()
      case "unchanged":
        return [`${paint("dim", "●")} nothing to install: what is built is the same as before`]
      case "release":
      case "watching":
        return []
      case "failed":
        this.#failed = event.what === "build"
        return [
          ...renderFailure(event.error, paint).trimEnd().split("\n"),
          ...(event.what === "deployment"
            ? []
            : [`  ${paint("dim", "what ran before goes on; save a file to try again")}`]),
        ]
      case "state":
        return event.endpoints.flatMap((view) => {
          const name = `${view.resource}.${view.endpoint}`
          const why = waitsFor(view)
          const said = [view.state, view.url, why].join(" ")
          if (this.#states.get(name) === said) return []
          this.#states.set(name, said)
          const reasons = openConditions(view).flatMap(({ message, fix }) => [message ?? "", fix ? `fix: ${fix}` : ""])
          return [
            `${paint("bold", name)}  ${paintState(view.state, paint)}  ${view.url ?? ""}${why ? `  ${why}` : ""}`.trimEnd(),
            ...(view.state === "failed" || view.state === "waiting" ? reasons.filter(Boolean) : []).flatMap((text) =>
              text.split("\n").map((line) => `    ${line}`),
            ),
          ]
        })
      case "ready": {
        const curl = this.#toldCurl ? undefined : curlCommand(event.endpoints, this.#deployment)
        this.#toldCurl = true
        return [
          `${paint("green", "✔")} ready in ${(event.ms / 1000).toFixed(1)} s`,
          ...(curl ? [`  ${paint("dim", curl)}`] : []),
        ]
      }
      case "log":
        return [this.#logLine(event.entry)]
      case "stopping":
        return ["", "Stopping workloads and gateway … Ctrl-C again leaves at once."]
    }
  }

  /** A line that says that the build works again, after one that failed. */
  #recoveryLines(): string[] {
    const said = this.#failed ? [`${this.#paint("green", "✔")} builds again`] : []
    this.#failed = false
    return said
  }

  #logLine({ resource, replica, stream, line }: LogEntry): string {
    const name = replica > 1 ? `${resource}.${replica}` : resource
    const colour = this.#colours.get(name) ?? COLOURS[this.#colours.size % COLOURS.length] ?? "cyan"
    this.#colours.set(name, colour)
    const bar = this.#paint(stream === "stderr" ? "red" : "dim", "│")
    return `${this.#paint(colour, name)} ${bar} ${stream === "access" || stream === "platform" ? this.#paint("dim", line) : line}`
  }
}

const firstFiles = (files: readonly string[]): string =>
  files.length > 3 ? `${files.slice(0, 3).join(", ")} and ${files.length - 3} more` : files.join(", ")
