import type { LogEntry } from "@alienplatform/api/client"
import type { Colour, Paint } from "./style.ts"

/** Colours of resources; red and yellow are kept for faults. */
const COLOURS: readonly Colour[] = ["cyan", "green", "magenta", "blue"]

const BARS: Readonly<Partial<Record<LogEntry["stream"], string>>> = { access: "→", platform: "↻" }

export interface LogFormat {
  paint: Paint
  /** For a person: only the time of day, in their time zone. Otherwise ISO 8601. */
  short: boolean
  /** All resources, so that the column is wide enough from the first line on. */
  resources: readonly string[]
}

/**
 * Makes a function that turns log entries into lines. The column of names only grows, and each resource and replica
 * keeps its colour.
 */
export function logFormatter({ paint, short, resources }: LogFormat): (entry: LogEntry) => string {
  const colours = new Map<string, Colour>(resources.map((id, index) => [id, COLOURS[index % COLOURS.length] ?? "cyan"]))
  let width = Math.max(0, ...resources.map((id) => id.length))
  return ({ time, resource, replica, stream, line }) => {
    const name = replica > 1 ? `${resource}/${replica}` : resource
    width = Math.max(width, name.length)
    const colour = colours.get(name) ?? COLOURS[colours.size % COLOURS.length] ?? "cyan"
    colours.set(name, colour)
    const bar = stream === "stderr" ? paint("red", "│") : paint("dim", BARS[stream] ?? "│")
    const text = stream === "access" || stream === "platform" ? paint("dim", line) : line
    return `${paint("dim", short ? timeOfDay(time) : time)} ${paint(colour, name.padEnd(width))} ${bar} ${text}`
  }
}

const twoDigits = (value: number): string => String(value).padStart(2, "0")

function timeOfDay(time: string): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime())
    ? time
    : `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}:${twoDigits(date.getSeconds())}`
}
