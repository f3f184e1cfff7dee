import type { StackSettings } from "./schema.ts"

/** Plan notes on settings of the published API that are taken and change nothing. */
export function settingsNotes({ heartbeats, telemetry }: Pick<StackSettings, "heartbeats" | "telemetry">): string[] {
  return [
    ...(heartbeats === "on"
      ? ['heartbeats "on" changes nothing: what runs is always watched, and asks for no permission']
      : []),
    ...(telemetry === "auto" || telemetry === "approval-required"
      ? [
          `telemetry "${telemetry}" changes nothing: no logs, metrics or traces are sent from the customer's environment`,
        ]
      : []),
  ]
}
